// The same service on node's own http module, for comparison.
import { createServer } from "node:http";

const body = "Hello, world!";
const headers = {
  "content-type": "text/plain; charset=utf-8",
  "content-length": Buffer.byteLength(body),
};

const server = createServer((request, response) => {
  response.writeHead(200, headers);
  response.end(body);
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
