// The same service on node's own http module, for comparison.
import { createServer } from "node:http";

function send(response, status, value, headers = {}) {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

function echo(response, body) {
  let sent;
  try {
    sent = JSON.parse(body);
  } catch {
    return send(response, 400, { error: "the body is not JSON" });
  }
  send(response, 200, sent);
}

const server = createServer((request, response) => {
  if (request.method !== "POST") {
    return send(response, 405, { error: "send a POST" }, { allow: "POST" });
  }
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part) => (body += part));
  request.on("end", () => echo(response, body));
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
