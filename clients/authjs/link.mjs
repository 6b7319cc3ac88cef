// A link from a mail, opened in the browser that began the sign-up.

/** The query that the application's callback page gets; nothing where the server's own page is shown. */
export async function followLink(link) {
  const answer = await fetch(link, { redirect: 'manual' });
  const location = answer.headers.get('location');
  return location ? new URL(location, link).search : undefined;
}
