// Opens an email's link in the browser that started the sign-up.

/** Returns the query that the application's callback page receives, or undefined if the server shows its own page. */
export async function followLink(link) {
  const response = await fetch(link, { redirect: 'manual' });
  const location = response.headers.get('location');
  return location ? new URL(location, link).search : undefined;
}
