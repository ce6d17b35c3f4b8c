import { answers } from "./harness.js";

// Answers are recorded by hand.
const Greeting = ({ name, children }) => <p class="greeting">Hello, {name}!{children}</p>;
const List = ({ items }) => <ul>{items.map((item) => <li key={item}>{item}</li>)}</ul>;
const Nothing = () => null;
const Many = () => [<b>1</b>, "two", 3];
const Page = ({ title, children }) => (
  <html lang="en">
    <head><title>{title}</title></head>
    <body>{children}</body>
  </html>
);
const Unused = ({ user }) => <b>{user.name}</b>;
const When = ({ test, children }) => (test ? children : null);
const props = { id: "x", title: 'say "hi"' };
const evil = "<script>alert('x' & \"y\")</script>";

const cases = [
  () => renderToString(<p>text</p>),
  () => renderToString(<p></p>),
  () => renderToString(<br />),
  () => renderToString(<input type="text" disabled value="a" />),
  () => renderToString(<img src="/a.png" alt="" />),
  () => renderToString(<p>{evil}</p>),
  () => renderToString(<p title={evil}>x</p>),
  () => renderToString(<p>{1}{0}{-0}{1.5}{NaN}</p>),
  () => renderToString(<p>{null}{undefined}{true}{false}</p>),
  () => renderToString(<p>{["a", ["b", [<i>c</i>]], null]}</p>),
  () => renderToString(<p className="a b">x</p>),
  () => renderToString(<p hidden={true} title={null} lang={undefined} dir={false}>x</p>),
  () => renderToString(<p tabindex={3} data-n={0}>x</p>),
  () => renderToString(<p {...props} id="y">x</p>),
  () => renderToString(<p id="y" {...props}>x</p>),
  () => renderToString(<div hx-on:click="go()" x-data="{}" aria-label="l">x</div>),
  () => renderToString(<><i>a</i><b>b</b></>),
  () => renderToString(<Fragment><i>a</i></Fragment>),
  () => renderToString(<></>),
  () => renderToString(<Greeting name="Ann" />),
  () => renderToString(<Greeting name="<Ann>"><i>kids</i></Greeting>),
  () => renderToString(<List items={["a", "b"]} />),
  () => renderToString(<List items={[]} />),
  () => renderToString(<Nothing />),
  () => renderToString(<Many />),
  () => renderToString(<Page title="T"><Greeting name="x" /></Page>),
  () => renderToString(<When test={false}><Unused user={undefined} /></When>),
  () => renderToString(<When test={true}><Unused user={{ name: "n" }} /></When>),
  () => renderToString(<script>{"if (a < b && c) go('x')"}</script>),
  () => renderToString(<style>{"a > b { color: red }"}</style>),
  () => renderToString(<script src="/a.js"></script>),
  () => renderToString("a < b"),
  () => renderToString(5),
  () => renderToString(null),
  () => renderToString([<i>1</i>, "&"]),
  () => renderToString(h("p", null, "a", "b")),
  () => renderToString(h("p", { id: "x" })),
  () => renderToString(h(Greeting, { name: "h" }, "child")),
  () => renderToString(h(Fragment, null, "f")),
  () => renderToString(h("p", { children: "from props" })),
  () => renderToString(<Greeting name="p" children="q" />),
  () => renderToString(<svg viewBox="0 0 1 1"><path d="M0 0" /></svg>),
  () => renderToString(<my-element x-y="z">é€😀</my-element>),
  () => "<!doctype html>" + <p>x</p>,
  () => `${<i>{"<"}</i>}`,
  () => String(<b>x</b>),
  () => typeof <b>x</b>,
  () => Response.html(<Page title="R">body</Page>).body,
  () => Response.html(<p>x</p>, { status: 201 }).status,
  () => renderToString(<p>
    two
    lines
  </p>),
  () => renderToString(<p>&copy; &lt;b&gt; &amp;</p>),
];

export default function handler(req) {
  return Response.text(answers(cases));
}
