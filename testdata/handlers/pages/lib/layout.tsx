// What every page has around its content.
export function Layout({ title, children }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
        <style>{"body { font-family: serif; margin: 2rem auto; max-width: 40rem; }"}</style>
      </head>
      <body>
        <h1>{title}</h1>
        <main>{children}</main>
      </body>
    </html>
  );
}
