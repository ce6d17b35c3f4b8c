// a byte order mark
export const handler = (req) =>
  Response.text("crlf")
