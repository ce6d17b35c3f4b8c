import Encodings
import JSON

/// What a browser gets beside the handler's own answers: a script that waits for the next save, and a
/// page where there is no handler yet.
enum LivePage {
  /// Where the script asks, with `?seen=N`. A request that names the number of now is answered at the
  /// next save.
  static let path = "/.well-known/zigttp/dev"

  /// Put at the end of each page.
  /// - Parameter news: what the page is of.
  static func script(_ news: DevState.News) -> [UInt8] {
    Array("<script>(\(source))(\(news.number), \(json(news)))</script>".utf8)
  }

  /// The news as the script reads them.
  static func answer(_ news: DevState.News) -> RuntimeAnswer {
    RuntimeAnswer(
      status: 200, type: "application/json",
      body: Array("{\"number\":\(news.number),\"problem\":\(json(news))}".utf8))
  }

  /// What is shown instead of a handler where none could be made yet.
  static func broken(_ news: DevState.News) -> RuntimeAnswer {
    let page = """
      <!doctype html>
      <html lang="en">
      <head><meta charset="utf-8"><title>zigttp dev</title></head>
      <body><noscript><pre>\(escaped(news.problem ?? ""))</pre></noscript>\
      \(String(decoding: script(news), as: UTF8.self))</body>
      </html>

      """
    return RuntimeAnswer(status: 503, type: "text/html; charset=utf-8", body: Array(page.utf8))
  }

  // `<` is escaped in JSON, so that nothing in a message ends the script.
  private static func json(_ news: DevState.News) -> String {
    guard let problem = news.problem else { return "null" }
    let text = String(decoding: JSONValue.string(problem).minifiedBytes, as: UTF8.self)
    return text.split(separator: "<", omittingEmptySubsequences: false).joined(separator: "\\u003c")
  }

  private static func escaped(_ text: String) -> String {
    var out = ""
    for character in text {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      default: out.append(character)
      }
    }
    return out
  }

  // Waits for the next save and then loads the page again; a problem is laid over the page, which
  // stays as it is.
  private static let source = """
    function (seen, problem) {
      const name = "zigttp-dev";
      function show(text) {
        const old = document.getElementById(name);
        if (old) old.remove();
        if (text === null) return;
        const box = document.createElement("pre");
        box.id = name;
        box.textContent = text;
        box.style.cssText = "position:fixed;inset:0;margin:0;padding:2em;overflow:auto;z-index:2147483647;" +
          "background:#1e1e1e;color:#f2f2f2;font:14px/1.5 monospace;white-space:pre-wrap";
        document.documentElement.appendChild(box);
      }
      function ask() {
        fetch("\(path)?seen=" + seen, { cache: "no-store" }).then((answer) => answer.json()).then((news) => {
          if (news.number !== seen && news.problem === null) return location.reload();
          seen = news.number;
          show(news.problem);
          ask();
        }).catch(() => setTimeout(ask, 1000));
      }
      show(problem);
      ask();
    }
    """
}
