// go/ links of a team: a fixed table, and a search in the handbook for what is not in it.
const links = {
  wiki: "https://wiki.example.com/",
  ci: "https://ci.example.com/dashboard",
  oncall: "https://pager.example.com/schedules/web",
  "1password": "https://team.1password.com/",
};

function suggestions(term: string): string[] {
  return Object.keys(links).filter((name) => name.includes(term));
}

export const handler = (req: Request): Response => {
  const name = decodeURIComponent(req.path.slice(1)).toLowerCase();
  if (name === "") return Response.json(links);
  const target = links[name];
  if (target !== undefined) return Response.redirect(target);
  const near = suggestions(name);
  if (near.length > 0) return Response.json({ error: "no such link", near }, { status: 404 });
  return Response.redirect(`https://handbook.example.com/search?q=${encodeURIComponent(name)}`);
};
