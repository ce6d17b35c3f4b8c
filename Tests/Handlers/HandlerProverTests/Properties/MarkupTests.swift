import Contracts
import Testing

@testable import HandlerProver

@Suite struct MarkupContextTests {
  private func admits(_ text: String, encoded: Bool = false) -> Bool {
    var context = MarkupContext()
    context.read(text)
    return context.admits(encoded: encoded)
  }

  @Test(arguments: [
    "", "a", "<p>", "<p>a</p>", "<p class=\"x\">", "<p title=\"", "<p title='a ", "<!-- x -->",
    "<script>let a = 1 < 2;</script>", "<style>a{}</style >", "<br/>", "a < b", "<input value = \"",
    "<!doctype html><html>", "<p title=\"a\" class='",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><urlset><loc>",
  ]) func dataIsTextHere(text: String) { #expect(admits(text)) }

  @Test(arguments: [
    "<", "<p", "<p ", "<p title", "<p title=", "<p title=a", "<script>",
    "<SCRIPT type=\"x\">let a = \"",
    "<?", "<?xml", "<?xml version=\"", "<?xml version=\"1.0\">",
    "<?xml-stylesheet href=\"/a.css\"?>", "<?php ?>",
    "<?xml ?", "<?xml >?>",
    "<style>", "<p onclick=\"", "<p OnClick='f(", "<p style=\"", "<a href=\"", "<!--", "<!-- - ",
    "<p data-hx-on:click=\"", "<script></scrip", "<iframe srcdoc=\"", "<p title=\"a\"",
  ]) func dataIsNotTextHere(text: String) { #expect(!admits(text)) }

  @Test func urlsNeedABeginning() {
    #expect(!admits("<a href=\"/x?q="))
    #expect(admits("<a href=\"/x?q=", encoded: true))
    #expect(!admits("<a href=\"", encoded: true))
    #expect(!admits("<a href=\"//", encoded: true))
    #expect(admits("<a href='https://a.com/", encoded: true))
  }
}

@Suite struct MarkupTextTests {
  @Test(arguments: [
    "return Response.html(`<p>${escapeHtml(req.query.q)}</p><b>${escapeHtml(req.body)}</b>`);",
    "return Response.html(\"<p>\" + escapeHtml(req.query.q) + \"</p>\");",
    "return Response.html(`<p title=\"${escapeHtml(req.query.q)}\">x</p>`);",
    "return Response.html(`<a href=\"/x?q=${escapeHtml(encodeURIComponent(req.query.q))}\">x</a>`);",
    "const rows = req.query.q.split(\",\").map((q) => `<li>${escapeHtml(q)}</li>`); return Response.html(`<ul>${rows.join(\"\")}</ul>`);",
    "let out = \"<ul>\"; for (const q of req.query.q.split(\",\")) { out += `<li>${escapeHtml(q)}</li>`; } return Response.html(out + \"</ul>\");",
    "const layout = (title, body) => `<h1>${title}</h1><main>${body}</main>`; return Response.html(layout(\"a\", escapeHtml(req.body)));",
    "return Response.html(`<script>let n = ${Number(req.query.n)};</script>`);",
  ]) func safe(body: String) throws { try expect(.injectionSafe, true, of: handler(body)) }

  @Test(arguments: [
    "return Response.html(`<script>let q = \"${escapeHtml(req.query.q)}\";</script>`);",
    "return Response.html(`<p onclick=\"f('${escapeHtml(req.query.q)}')\">x</p>`);",
    "return Response.html(`<p class=${escapeHtml(req.query.q)}>x</p>`);",
    "return Response.html(`<p ${escapeHtml(req.query.q)}>x</p>`);",
    "return Response.html(`<${escapeHtml(req.query.q)}>`);",
    "return Response.html(`<a href=\"${escapeHtml(req.query.q)}\">x</a>`);",
    "return Response.html(`<a href=\"/x?q=${escapeHtml(req.query.q)}\">x</a>`);",
    "return Response.html(\"<style>\" + escapeHtml(req.query.q) + \"</style>\");",
    "const open = \"<script>\"; return Response.html(open + escapeHtml(req.query.q) + \"</script>\");",
    "const open = `<script>let a = ${Number(req.query.n)};`; return Response.html(`${open}${escapeHtml(req.query.q)}</script>`);",
    "const attr = `onclick=\"${escapeHtml(req.query.q)}\"`; return Response.html(`<p ${attr}>x</p>`);",
    "return Response.html([\"<script>\", escapeHtml(req.query.q), \"</script>\"].join(\"\"));",
    "return Response.html(\"<script>X</script>\".replace(\"X\", escapeHtml(req.query.q)));",
    "return Response.html(\"<script>x\".slice(0, 8) + escapeHtml(req.query.q));",
    "let out = \"<script>\"; out += escapeHtml(req.query.q); return Response.html(out);",
    "return Response.html(\"<script>\".concat(escapeHtml(req.query.q)));",
    "const wrap = (before, q) => before + escapeHtml(q); return Response.html(wrap(req.body ? \"<p>\" : \"<script>\", req.query.q));",
  ]) func unsafe(body: String) throws { try expect(.injectionSafe, false, of: handler(body)) }
}
