// Health of three services, one answer; one that fails makes the whole 503.
import { fetch } from "zigttp:fetch";

const services = [
  { name: "orders", url: "https://orders.example.com/health" },
  { name: "users", url: "https://users.example.com/health" },
  { name: "mail", url: "https://mail.example.com/health" },
];

export const handler = () => {
  const failed = [];
  for (const service of services) {
    const answer = fetch(service.url);
    if (!answer.ok) failed.push(service.name);
  }
  if (failed.length > 0) return Response.json({ status: "down", failed }, { status: 503 });
  return Response.json({ status: "up" });
};
