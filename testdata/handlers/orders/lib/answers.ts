// The answers that are not simply a value.
export function created(location: string, value: object) {
  return Response.json(value, { status: 201, headers: { location } });
}

export function invalid(error: string) {
  return Response.json({ error }, { status: 400 });
}

export function missing(what: string) {
  return Response.json({ error: `no such ${what}` }, { status: 404 });
}
