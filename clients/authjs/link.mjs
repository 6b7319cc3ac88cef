// A link from a mail, opened in the browser that began the sign-up: it leads back to the application with `state` and `otp`.

/** The query that the application's callback page gets. */
export async function followLink(link) {
  const answer = await fetch(link, { redirect: 'manual' });
  const location = answer.headers.get('location');
  if (!location) {
    throw new Error(`the link answered ${answer.status} and led nowhere`);
  }
  return new URL(location, link).search;
}
