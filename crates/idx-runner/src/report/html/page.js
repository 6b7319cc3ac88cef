// Search and filter. Without this script the page still shows everything.
const search = document.querySelector("#search");
const buttons = [...document.querySelectorAll("nav button")];
const scenarios = [...document.querySelectorAll("details.scenario")];
const count = document.querySelector("#count");

function show() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const verdict = buttons.find((button) => button.getAttribute("aria-pressed") === "true")?.value ?? "";
  let shown = 0;
  for (const scenario of scenarios) {
    const text = scenario.textContent.toLowerCase();
    const fits = words.every((word) => text.includes(word)) && (!verdict || scenario.classList.contains(verdict));
    scenario.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  count.textContent = `${shown} of ${scenarios.length}`;
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    show();
  });
}
search.addEventListener("input", show);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  }
  if (event.key === "Escape" && document.activeElement === search) {
    search.value = "";
    show();
  }
});
show();
