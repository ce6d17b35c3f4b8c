import { Agent, get } from "node:http";
import { serve, text } from "../server.mjs";

const agent = new Agent({ keepAlive: true });
const upstream = { host: "127.0.0.1", port: Number(process.env.UPSTREAM), path: "/", agent };

const ask = () =>
  new Promise((resolve, reject) => {
    get(upstream, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => (body += part));
      answer.on("end", () => resolve(body));
    }).on("error", reject);
  });

serve(async () => text(await ask()));
