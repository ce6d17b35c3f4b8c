// A blog's feeds: RSS and a sitemap out of one list.
import { env } from "zigttp:env";
import { escapeHtml } from "zigttp:text";
import { formatHttp, parseIso } from "zigttp:time";

const site = env("PUBLIC_SITE_URL") ?? "https://blog.example.com";

const posts = [
  { slug: "less-is-more", title: "Less & more", date: "2026-03-01T08:00:00.000Z" },
  { slug: "on-caching", title: "On caching", date: "2026-04-11T08:00:00.000Z" },
];

const url = ({ slug }) => `${site}/posts/${slug}`;

const item = (post) => `
    <item>
      <title>${escapeHtml(post.title)}</title>
      <link>${url(post)}</link>
      <pubDate>${formatHttp(parseIso(post.date))}</pubDate>
    </item>`;

const rss = () => `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0">
  <channel>
    <title>Blog</title>
    <link>${site}</link>${posts.map(item).join("")}
  </channel>
</rss>`;

const sitemap = () =>
  `<?xml version="1.0"?><urlset>${posts.map((p) => `<url><loc>${url(p)}</loc></url>`).join("")}</urlset>`;

const xml = (text: string, type: string) =>
  Response.text(text, { headers: { "content-type": `${type}; charset=utf-8` } });

export const handler = (req) =>
  match (req) {
    when { path: "/feed.xml" }: xml(rss(), "application/rss+xml")
    when { path: "/sitemap.xml" }: xml(sitemap(), "application/xml")
    when { path: "/robots.txt" }: Response.text(`User-agent: *\nSitemap: ${site}/sitemap.xml\n`)
    default: Response.html(
      <ul>
        {posts.map((post) => (
          <li>
            <a href={`/posts/${post.slug}`}>{post.title}</a>
          </li>
        ))}
      </ul>,
    )
  };
