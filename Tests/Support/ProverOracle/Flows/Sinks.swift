/// Statements by which a value leaves a handler, or changes something; `@` is the value.
enum Sinks {
  /// To the log.
  static let logs = [
    "logDebug(@);", "logInfo(\"a\", { a: [@] });", "logWarn(`a ${@}`);", "logError(\"a\", @);",
    "console.log({ a: [@] });", "console.error(\"a\", @);", "console.warn(@);",
    "console.debug([@]);", "console.info(@);", "[@].forEach((x) => console.log(x));",
    "[@].map(console.info);", "logInfo(...[\"a\", @]);", "assert env(\"NEVER\"), `no ${@}`;",
    "renderToString(h(({ x }) => { logInfo(x); return null; }, { x: @ }));",
  ]
  /// To another service, in a URL or a body.
  static let egress = [
    "fetch(`https://a.example/?q=${@}`);",
    "fetch(\"https://a.example/\" + @, { method: \"PUT\" });",
    "fetch(\"https://a.example/\", { method: \"POST\", body: @ });",
    "fetch(\"https://a.example/\", { method: \"PATCH\", body: JSON.stringify({ a: @ }) });",
    "fetchSync(\"https://a.example/\", { method: \"POST\", body: `a=${@}` });",
    "const o# = { method: \"POST\" }; o#.body = @; fetch(\"https://a.example/\", o#);",
    "[@].map((body) => fetch(\"https://a.example/\", { method: \"PUT\", body }));",
  ]
  /// The same in a header, to a host or under a name that does not count as meant.
  static let plainHeaders = [
    "fetch(\"http://a.example/\", { headers: { \"x-a\": @ } });",
    "fetch(\"https://a.example/\", { headers: { [@]: \"a\" } });",
  ]
  /// Into what stays, so that doing it twice is as good as once.
  static let writes = [
    "cacheSet(\"out\", \"k\", @, 60);", "cacheSet(\"out\", @, \"v\", 60);",
    "cacheDelete(\"out\", @);", "cacheSet(...[\"out\", \"k\", @]);",
    "[@].forEach((x) => cacheSet(\"out\", \"k\", x));",
    "sqlExec(\"set\", { v: @ });", "sqlExec(\"drop\", { v: `a ${@}` });",
    "parallel([() => sqlExec(\"set\", { v: @ })]);",
    "scope(\"s#\", () => { using(@, (x) => cacheSet(\"out\", \"k\", x)); });",
    "const s# = cacheSet; s#(\"out\", \"k\", JSON.stringify({ a: @ }));", "rateReset(@);",
  ]
  /// Into what stays, so that each time counts.
  static let counts = [
    "cacheIncr(\"out\", @, 1);", "cacheIncr(\"out\", \"k\", Number(@));",
    "rateCheck(@, 60, 5);", "sqlExec(\"put\", { v: @ });",
  ]
  /// Into an answer, but not its body.
  static let fields = [
    "return Response.text(\"x\", { headers: { \"x-a\": @ } });",
    "return Response.text(\"x\", { headers: { \"x-a\": [\"a\", @] } });",
    "return Response.text(\"x\", { headers: { [@]: \"a\" } });",
    "return Response.json(1, { status: 200 + Number(@) });",
    "const res = Response.text(\"x\"); res.headers.set(\"x-a\", @); return res;",
    "const res = Response.text(\"x\"); res.headers.append(@, \"a\"); return res;",
    "const res = Response.text(\"x\"); res.headers[\"x-b\"] = @; return res;",
    "const res = Response.text(\"x\"); res.status = Number(@); return res;",
    "return { ...Response.text(\"x\"), headers: { \"x-a\": @ } };",
    "return Response.redirect(\"/a?b=\" + encodeURIComponent(@));",
    "return { status: 200, headers: { \"x-a\": @ } };",
  ]
  /// Into an answer's body.
  static let bodies = [
    "return Response.json({ out: @ });", "return Response.json([@]);",
    "return Response.text(`${@}`);",
    "return Response.html(`<p>${escapeHtml(@)}</p>`);",
    "return Response.rawJson(JSON.stringify(@));",
    "return Response.html(renderToString(<p>{@}</p>));", "return { status: 200, body: @ };",
    "const res = Response.text(\"x\"); res.body = @; return res;",
    "return { ...Response.text(\"x\"), body: @ };", "return Response.json({ ...{ a: { b: @ } } });",
    "return env(\"MODE\") === \"a\" ? Response.text(\"x\") : Response.text(@);",
    "return Response.json(@.split(\"\"));", "return Response.json({ [@]: 1 });",
    "return Response.json(Object.keys({ [@]: 1 }));", "return Response.json({ n: @.length });",
  ]
  /// Into an answer.
  static let answers = bodies + fields
  /// Into a page, or where a page leads.
  static let pages = [
    "return Response.html(`<p>${@}</p>`);", "return Response.html(@);",
    "return Response.html(`<p>${escapeHtml(@)}</p>`);", "return Response.redirect(@);",
    "return Response.html(`<p title=\"${escapeHtml(@)}\">a</p>`);",
    "return Response.html(`<a href=\"${escapeHtml(@)}\">a</a>`);",
    "return Response.html(`<a href=\"/x?a=${encodeURIComponent(@)}\">a</a>`);",
    "return Response.html(`<script>const a = \"${escapeHtml(@)}\";</script>`);",
    "return Response.html(`<p onclick=\"f('${encodeURIComponent(@)}')\">a</p>`);",
    "return Response.html(`<!-- ${escapeHtml(@)} --><p>a</p>`);",
    "return Response.html(`<p title=${escapeHtml(@)}>a</p>`);",
    "return Response.redirect(\"/x?a=\" + encodeURIComponent(@));",
    "return Response.redirect(\"/\" + @);",
    "return Response.text(@, { headers: { \"content-type\": \"text/html\" } });",
    "return Response.html(renderToString(<p title={@}>{@}</p>));",
    "return Response.html(renderToString(<a href={@}>a</a>));",
    "return Response.html(renderToString(<a href={\"/x/\" + encodeURIComponent(@)}>a</a>));",
    "return Response.html(renderToString(<script>{@}</script>));",
    "return Response.html(renderToString(<p onclick={@}>a</p>));",
    "return Response.html(unescapeHtml(escapeHtml(@)));",
    "return Response.html(`<b>${escapeHtml(@).slice(1)}</b>`);",
    "return Response.html([\"<p>\", escapeHtml(@), \"</p>\"].join(\"\"));",
    "return { status: 200, headers: { \"content-type\": \"text/html\" }, body: @ };",
  ]
}
