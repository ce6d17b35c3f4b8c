// The page around everything, and the markup of a post.
export function Layout({ title, children }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
        <style>{"body { max-width: 38rem; margin: 2rem auto }"}</style>
      </head>
      <body>
        <h1>{title}</h1>
        {children}
      </body>
    </html>
  );
}

function Line({ text }) {
  if (text.startsWith("# ")) return <h3>{text.slice(2)}</h3>;
  if (text.startsWith("- ")) return <li>{text.slice(2)}</li>;
  return <p>{text}</p>;
}

export const Markup = ({ text }) => (
  <section>
    {text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => (
        <Line text={line} />
      ))}
  </section>
);
