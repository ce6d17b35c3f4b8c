// A blog with a small markup: paragraphs, `- lists` and `# headings`.
import { routerMatch } from "zigttp:router";
import { Layout, Markup } from "./components";
import { byTag, posts, tags } from "./posts";

const TagList = ({ names }) => (
  <ul className="tags">
    {names.map((name) => (
      <li>
        <a href={`/tags/${encodeURIComponent(name)}`}>#{name}</a>
      </li>
    ))}
  </ul>
);

const Teaser = ({ post: { slug, title, text } }) => (
  <article>
    <h2>
      <a href={`/posts/${slug}`}>{title}</a>
    </h2>
    <p>{text.split("\n").at(0)}</p>
  </article>
);

const page = (title, children, status = 200) =>
  Response.html(<Layout title={title}>{children}</Layout>, { status });

const missing = (what: string) => page("Not found", <p>There is no {what}.</p>, 404);

const routes = {
  "GET /": () => page("Blog", [...posts.map((post) => <Teaser post={post} />), <TagList names={tags} />]),
  "GET /posts/:slug": ({ params }) => {
    const post = posts.find(({ slug }) => slug === params.slug);
    if (!post) return missing("such post");
    return page(post.title, [<Markup text={post.text} />, <TagList names={post.tags} />]);
  },
  "GET /tags/:tag": ({ params }) => {
    const found = byTag(params.tag);
    if (found.length === 0) return missing(`post about “${params.tag}”`);
    return page(`#${params.tag}`, found.map((post) => <Teaser post={post} />));
  },
};

export default function handler(req: Request): Response {
  const route = routerMatch(routes, req);
  if (!route) return missing("such page");
  return route.handler({ ...req, params: route.params });
}
