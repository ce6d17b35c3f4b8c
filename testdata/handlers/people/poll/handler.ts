// A poll: one question, four answers.
import { cacheGet, cacheIncr } from "zigttp:cache";

const choices = ["tea", "coffee", "water", "other"];

const votes = (choice: string) => Number(cacheGet("poll", choice) ?? "0");

function result() {
  const counted = choices.map((choice) => ({ choice, votes: votes(choice) }));
  const total = counted.reduce((sum, one) => sum + one.votes, 0);
  const share = (n: number) => (total === 0 ? 0 : Math.round((100 * n) / total));
  return { total, choices: counted.map((one) => ({ ...one, percent: share(one.votes) })) };
}

export const handler = (req) => {
  if (req.method === "GET") return Response.json(result());
  if (req.method !== "POST") return Response.json({ error: "GET or POST" }, { status: 405 });
  const wanted = req.json()?.choice;
  const choice = choices.find((one) => one === wanted);
  if (choice === undefined) return Response.json({ error: "no such choice", choices }, { status: 400 });
  cacheIncr("poll", choice, 1, 0);
  return Response.json(result(), { status: 201 });
};
