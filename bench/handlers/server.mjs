// What the same services need on node's own http module.
import { createServer } from "node:http";

/** Serves what `answer(body)` gives: a text and its content type. */
export function serve(answer) {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part) => (body += part));
    request.on("end", async () => {
      try {
        const { type, text } = await answer(body);
        response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(text) });
        response.end(text);
      } catch {
        response.writeHead(500).end();
      }
    });
  });
  server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
}

export const json = (value) => ({ type: "application/json", text: JSON.stringify(value) });
export const text = (value) => ({ type: "text/plain; charset=utf-8", text: value });
