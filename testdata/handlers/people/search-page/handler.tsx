// A search page: what was looked for is shown again, and stands in the links.
const articles = [
  { slug: "bread", title: "How to bake bread", tags: ["baking", "kitchen"] },
  { slug: "knots", title: "Five knots for everybody", tags: ["outdoors"] },
  { slug: "tea", title: "Tea at four o'clock", tags: ["kitchen", "drinks"] },
];

const matches = (term: string) => (article) =>
  article.title.toLowerCase().includes(term) || article.tags.some((tag) => tag.startsWith(term));

const Hit = ({ article, term }) => (
  <li>
    <a href={`/articles/${article.slug}?from=${encodeURIComponent(term)}`}>{article.title}</a>{" "}
    <small>{article.tags.join(", ")}</small>
  </li>
);

function Results({ term, hits }) {
  if (hits.length === 0) return <p>Nothing about “{term}”.</p>;
  return (
    <>
      <p>
        {hits.length} of {articles.length} articles are about “{term}”.
      </p>
      <ol>
        {hits.map((article) => (
          <Hit article={article} term={term} />
        ))}
      </ol>
    </>
  );
}

export default (req) => {
  const term = (req.query.q ?? "").trim().toLowerCase();
  return Response.html(
    <html>
      <body>
        <form action="/search">
          <input type="search" name="q" value={term} placeholder="Search…" />
        </form>
        {term !== "" && <Results term={term} hits={articles.filter(matches(term))} />}
      </body>
    </html>,
  );
};
