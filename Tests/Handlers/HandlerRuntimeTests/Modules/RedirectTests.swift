import Testing

@testable import HandlerRuntime

@Suite("Redirects of fetch")
struct RedirectTests {
  /// Two hosts that answer `/STATUS/PLACE` with a redirect to that place, and all else with what they
  /// were sent.
  private final class Hosts {
    let first: ServerFixture
    let second: ServerFixture

    init() throws {
      let answer: @Sendable (RuntimeRequest) -> RuntimeResponse = { request in
        let parts = request.target.split(separator: "/", maxSplits: 1)
        if parts.count == 2, let status = Int(parts[0]), (300..<400).contains(status) {
          let place = PercentCoding.decode(Array(parts[1].utf8), plusIsSpace: false)
          return RuntimeResponse(
            status: status, headers: [("location", String(decoding: place, as: UTF8.self))],
            body: Array("moved".utf8))
        }
        let fields = request.headers.map { "\($0.name): \($0.value)\n" }.joined()
        let body = request.body.map { String(decoding: $0, as: UTF8.self) } ?? "-"
        return ServerFixture.text("\(request.method) \(request.target)\n\(fields)\n\(body)")
      }
      first = try ServerFixture(answer)
      second = try ServerFixture(answer)
    }

    var here: String { "http://127.0.0.1:\(first.server.port)" }
    var there: String { "http://127.0.0.1:\(second.server.port)" }

    func stop() {
      _ = first.server.stop()
      _ = second.server.stop()
    }

    /// What `fetch(here + path, options)` gives: status, then the body.
    func fetch(
      _ path: String, _ options: String = "{}", allowed: [String]? = nil,
      egress: PrivateEgress = .allowed
    ) throws -> String {
      var limits = OutboundLimits()
      limits.privateEgress = egress
      let fixture = try HandlerFixture(
        """
        import { fetch } from "zigttp:fetch";
        export function handler(req) {
          const r = fetch("\(here)" + req.body, \(options));
          return Response.text(`${r.status} ${r.text()}`);
        }
        """, outbound: NetworkClient(limits: limits),
        contract: {
          $0.capabilities = ["network"]
          $0.egress.hosts = allowed ?? [here, there]
        })
      return fixture.text("POST", "/", body: path)
    }

    /// A path that redirects to a place.
    func path(_ status: Int, _ place: String) -> String {
      "/\(status)/" + String(decoding: PercentCoding.encode(Array(place.utf8)), as: UTF8.self)
    }
  }

  private func with(_ body: (Hosts) throws -> Void) throws {
    let hosts = try Hosts()
    defer { hosts.stop() }
    try body(hosts)
  }

  // As node's `new URL(reference, base)` has them.
  @Test(
    arguments: [
      ("/x", "http://h:81/x"), ("x", "http://h:81/a/x"), ("../x/./y", "http://h:81/x/y"),
      ("?r=1", "http://h:81/a/b?r=1"), ("#f", "http://h:81/a/b?q=1"), ("", "http://h:81/a/b?q=1"),
      ("//o/x", "http://o/x"), ("\\\\o\\x", "http://o/x"), ("https://o:443/", "https://o/"),
      ("HTTP://O/é x", "http://o/%C3%A9%20x"), (" /x\t\n", "http://h:81/x"),
      (".", "http://h:81/a/"),
      ("x:y", nil), ("javascript:alert(1)", nil), ("data:,x", nil), ("ftp://a/b", nil), ("//", nil),
      ("http://", nil), ("http:///x", nil), ("http://a:99999/", nil),
      ("http:x", nil),
    ] as [(String, String?)])
  func `A place is read against the URL that led there`(place: String, expected: String?) throws {
    let base = try #require(URLParts("http://h:81/a/b?q=1"))
    let url = FetchURL.parse(place, against: base)
    #expect(url.flatMap { url in url.origin.map { $0 + url.requestTarget } } == expected)
  }

  @Test(arguments: ["/a/b", "../a/b", "HERE/a/b#f", "//HOST/a/b"])
  func `Where it leads is asked`(place: String) throws {
    try with { hosts in
      let host = hosts.here.dropFirst("http://".count)
      let full = place.replacing("HOST", with: host).replacing("HERE", with: hosts.here)
      let found = try hosts.fetch(hosts.path(307, full))
      #expect(found.hasPrefix("200 GET /a/b\n"))
    }
  }

  @Test(arguments: [
    (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (303, "PUT", "GET"),
    (303, "DELETE", "GET"), (307, "POST", "POST"), (308, "POST", "POST"), (301, "PUT", "PUT"),
    (302, "PATCH", "PATCH"),
  ])
  func `A method becomes GET, without its body, where the standard says so`(
    status: Int, given: String, sent: String
  ) throws {
    try with { hosts in
      let found = try hosts.fetch(
        hosts.path(status, "/end"),
        #"{ method: "\#(given)", body: "b", headers: { "content-language": "en", "x-a": "1" } }"#)
      #expect(found.hasPrefix("200 \(sent) /end\n"), "\(found)")
      #expect(found.hasSuffix(sent == "GET" ? "\n-" : "\nb"))
      #expect(found.contains("content-language: en\n") == (sent != "GET"))
      #expect(found.contains("content-type: ") == (sent != "GET"))
      #expect(found.contains("x-a: 1\n"))
    }
  }

  @Test(arguments: [301, 302, 303, 307, 308])
  func `HEAD stays HEAD`(status: Int) throws {
    try with { hosts in
      let found = try hosts.fetch(hosts.path(status, "/end"), #"{ method: "HEAD" }"#)
      #expect(found == "200 ")
    }
  }

  @Test func `Nothing that was meant for one host reaches another`() throws {
    let options = """
      { method: "POST", body: "b", headers: {
        authorization: "Bearer s3cret", cookie: "c=s3cret", "x-api-key": "s3cret", accept: "a/b",
        "proxy-authorization": "s3cret", "X-Custom": "s3cret", "content-type": "c/d" } }
      """
    try with { hosts in
      let other = try hosts.fetch(hosts.path(308, hosts.there + "/end"), options)
      #expect(other.hasPrefix("200 POST /end\n") && other.hasSuffix("\nb"), "\(other)")
      #expect(!other.contains("s3cret"), "\(other)")
      #expect(other.contains("accept: a/b\n") && other.contains("content-type: c/d\n"))
      let same = try hosts.fetch(hosts.path(308, "/end"), options)
      #expect(same.ranges(of: "s3cret").count == 5, "\(same)")
      // Not even on the way back.
      let back = try hosts.fetch(
        hosts.path(308, hosts.there + hosts.path(308, hosts.here + "/end")), options)
      #expect(back.hasPrefix("200 POST /end\n") && !back.contains("s3cret"), "\(back)")
    }
  }

  @Test func `A host outside the contract is not asked`() throws {
    try with { hosts in
      for place in [hosts.there + "/end", hosts.there] {
        let found = try hosts.fetch(hosts.path(307, place), allowed: [hosts.here])
        #expect(
          found
            == "599 fetch: the redirect leads to the host '\(hosts.there)', which is not in the contract",
          "\(found)")
      }
      // Every hop counts, not the first alone.
      let late = try hosts.fetch(
        hosts.path(302, hosts.path(302, hosts.there)), allowed: [hosts.here])
      #expect(late.hasPrefix("599 fetch: the redirect leads to the host"), "\(late)")
    }
  }

  @Test(arguments: ["ftp://a/b", "javascript:alert(1)", "http://"])
  func `A place that is no URL of HTTP is a failure`(place: String) throws {
    try with { hosts in
      let found = try hosts.fetch(hosts.path(302, place), allowed: [hosts.here])
      #expect(found == "599 fetch: the redirect leads to no http or https URL", "\(found)")
    }
  }

  @Test func `A redirect leads into no private network that is closed`() throws {
    try with { hosts in
      let found = try hosts.fetch(
        hosts.path(302, "http://localhost:\(hosts.second.server.port)/"),
        allowed: [hosts.here, "http://localhost:\(hosts.second.server.port)"],
        egress: .denied(except: ["127.0.0.1"]))
      #expect(
        found == "599 fetch: the host is of a private network, which is closed here", "\(found)")
    }
  }

  @Test func `Twenty are followed and one more is not`() throws {
    let server = try ServerFixture { request in
      let left = Int(request.target.dropFirst()) ?? 0
      guard left > 0 else { return ServerFixture.text("end") }
      return RuntimeResponse(status: 302, headers: [("location", "/\(left - 1)")], body: [])
    }
    defer { _ = server.server.stop() }
    for (count, expected) in [(20, "200 end"), (21, "599 fetch: more than 20 redirects")] {
      let port = server.server.port
      let fixture = try HandlerFixture(
        """
        import { fetch } from "zigttp:fetch";
        export function handler(req) {
          const r = fetch("http://127.0.0.1:\(port)/\(count)");
          return Response.text(`${r.status} ${r.text()}`);
        }
        """, outbound: NetworkClient(),
        contract: {
          $0.capabilities = ["network"]
          $0.egress.hosts = ["http://127.0.0.1:\(port)"]
        })
      #expect(fixture.text() == expected)
    }
  }

  @Test func `They are answers, or failures, where that is asked for`() throws {
    try with { hosts in
      let path = hosts.path(302, "/end")
      let manual = try hosts.fetch(path, #"{ redirect: "manual" }"#)
      #expect(manual == "302 moved")
      let refused = try hosts.fetch(path, #"{ redirect: "error" }"#)
      #expect(refused == "599 fetch: the answer is a redirect, and none is to be followed")
      let followed = try hosts.fetch(path, #"{ redirect: "follow" }"#)
      #expect(followed.hasPrefix("200 GET /end\n"))
      let unknown = try hosts.fetch(path, #"{ redirect: "never" }"#)
      #expect(unknown.hasPrefix("Internal Server Error"))
      // What has no place, and what only looks like it.
      let unmodified = try hosts.fetch(hosts.path(304, "/end"))
      #expect(unmodified.hasPrefix("304 "))
      let several = try hosts.fetch(hosts.path(300, "/end"))
      #expect(several.hasPrefix("300 "))
    }
  }
}
