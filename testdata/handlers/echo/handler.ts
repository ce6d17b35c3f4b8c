// Answers a POST with the JSON that was sent, read and written anew.
export function handler(req: Request): Response {
  if (req.method !== "POST") {
    return Response.json({ error: "send a POST" }, { status: 405, headers: { allow: "POST" } });
  }
  const sent = req.json();
  if (sent === undefined) return Response.json({ error: "the body is not JSON" }, { status: 400 });
  return Response.json(sent);
}
