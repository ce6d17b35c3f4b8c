import { escapeHtml } from "zigttp:text";
const Layout = ({ title, children }) => (
  <html lang="en">
    <head><title>{title}</title></head>
    <body class="a &amp; b" data-x='1'>
      {/* a comment */}
      {children}
    </body>
  </html>
);
const parts = { Row: (props: { n: number }) => <li key={props.n} {...props}>{props.n}</li> };
const generic = <T,>(x: T) => x;
export default (req: Request) => {
  const items = [1, 2, 3];
  return Response.html(renderToString(
    <Layout title={`Hi ${req.path}`}>
      <>
        It's &copy; 2026 — don't "quote" &#x1F600;
        <ul hx-get="/x" aria-hidden>
          {items.map((n) => <parts.Row n={n} />)}
          {items.length > 2 ? <b>many</b> : null}
        </ul>
        <svg:path d="M0 0" xlink:href="#a"/>
        <br/>
        <input disabled value={generic<string>("x")}/>
        text {escapeHtml("<")} more
      </>
    </Layout>
  ));
};
