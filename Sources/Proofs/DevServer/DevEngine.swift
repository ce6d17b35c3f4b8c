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
  private enum Inner {
    case handler(any RequestEngine)
    // Made before there was a handler; gives what answers in its place once there is one.
    case awaiting(@Sendable () -> DevEngine?)
  }

  private let inner: Inner
  private let state: DevState
  private let description: RuntimeResponse?

  /// - Parameters:
  ///   - inner: the handler's.
  ///   - description: what `GET /.well-known/zigttp` answers of it.
  init(_ inner: any RequestEngine, _ state: DevState, description: RuntimeResponse?) {
    self.inner = .handler(inner)
    self.state = state
    self.description = description
  }

  /// Where there is no handler yet: a request that comes while the first is being proven waits for it.
  /// - Parameter first: gives the engine of the first; nil where there is none.
  init(awaiting first: @escaping @Sendable () -> DevEngine?, _ state: DevState) {
    inner = .awaiting(first)
    self.state = state
    description = nil
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
    switch inner {
    case .handler(let engine): return live(engine.answer(request), request, news)
    case .awaiting(let first):
      state.waitForFirst()
      return first()?.answer(request) ?? LivePage.broken(state.news).response
    }
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
