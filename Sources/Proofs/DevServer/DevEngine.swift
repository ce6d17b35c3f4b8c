import Encodings
import HandlerRuntime

/// An answer of our own.
struct RuntimeAnswer {
  var status: Int
  var type: String
  var body: [UInt8]

  var response: RuntimeResponse {
    RuntimeResponse(
      status: status, headers: [("content-type", type), ("cache-control", "no-store")], body: body)
  }
}

/// The handler's engine as a developer meets it: pages wait for the next save, and what is wrong is
/// shown where there is no handler.
final class DevEngine: RequestEngine {
  private let inner: (any RequestEngine)?
  private let state: DevState
  private let description: RuntimeResponse?

  /// - Parameters:
  ///   - inner: the handler's; nil where there is none yet.
  ///   - description: what `GET /.well-known/zigttp` answers of it.
  init(_ inner: (any RequestEngine)?, _ state: DevState, description: RuntimeResponse?) {
    self.inner = inner
    self.state = state
    self.description = description
  }

  // Always on a thread of its own: what is being written may compute for long, and other requests, the
  // ones that pages wait with among them, go on.
  func answer(_ request: RuntimeRequest) -> RuntimeResponse {
    if let seen = Self.seen(request.target) {
      return LivePage.answer(state.news(after: seen)).response
    }
    if request.target == Application.selfDescriptionPath, let description { return description }
    // Before the handler runs: a save that comes meanwhile is news to this page.
    let news = state.news
    guard let inner else { return LivePage.broken(news).response }
    return live(inner.answer(request), request, news)
  }

  // A page gets its script; nothing else is touched.
  private func live(
    _ response: RuntimeResponse, _ request: RuntimeRequest, _ news: DevState.News
  ) -> RuntimeResponse {
    let isPage = response.headers.contains { name, value in
      name == "content-type" && value.hasPrefix("text/html")
    }
    // A part of a page, as htmx asks for it, is put into one that has its script.
    let isPart = request.headers.contains { $0.name.lowercased() == "hx-request" }
    guard isPage, !isPart, request.method == "GET", !response.body.isEmpty else { return response }
    var response = response
    response.body += LivePage.script(news)
    return response
  }

  // What a page waits behind; nil for any other request.
  private static func seen(_ target: String) -> Int? {
    let start = LivePage.path + "?seen="
    guard target.utf8.starts(with: start.utf8) else { return nil }
    return Int(String(decoding: target.utf8.dropFirst(start.utf8.count), as: UTF8.self)) ?? -1
  }
}
