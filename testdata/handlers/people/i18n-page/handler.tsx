// A landing page in three languages: cookie, then Accept-Language, then English.
import { negotiate, parseCookies, setCookie } from "zigttp:http";
import { languages, texts } from "./lib/texts";

function languageOf(req): string {
  const chosen = parseCookies(req.headers.cookie ?? "").lang;
  const known = languages.find((language) => language === chosen);
  return known ?? negotiate(req.headers["accept-language"] ?? "", languages) ?? "en";
}

const Switch = ({ current }) => (
  <nav>
    {languages
      .filter((language) => language !== current)
      .map((language) => (
        <a href={`/lang/${language}`} hreflang={language}>
          {texts[language].name}
        </a>
      ))}
  </nav>
);

function Landing({ language, visitor }) {
  const t = texts[language] ?? texts.en;
  return (
    <html lang={language}>
      <head>
        <title>{t.title}</title>
      </head>
      <body>
        <Switch current={language} />
        <h1>{t.greeting(visitor)}</h1>
        <p>{t.intro}</p>
      </body>
    </html>
  );
}

export function handler(req: Request): Response {
  if (req.path.startsWith("/lang/")) {
    const language = languages.find((one) => req.path === `/lang/${one}`);
    if (language === undefined) return Response.text("unknown language", { status: 404 });
    const response = Response.redirect("/", 303);
    response.headers.set("set-cookie", setCookie("lang", language, { maxAge: 31536000, path: "/" }));
    return response;
  }
  if (req.path !== "/") return Response.redirect("/");
  return Response.html(<Landing language={languageOf(req)} visitor={req.query.name} />);
}
