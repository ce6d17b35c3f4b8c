// What pages have in common.
export function Page({ title, children }) {
  return (
    <html lang="en">
      <head>
        <title>{title}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <h1>{title}</h1>
        {children}
      </body>
    </html>
  );
}

export const Field = ({ label, name, value = "", error }) => (
  <label>
    {label}
    <input name={name} value={value} />
    {error && <span className="error">{error}</span>}
  </label>
);
