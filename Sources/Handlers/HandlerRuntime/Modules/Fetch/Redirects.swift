/// What is done with an answer that leads elsewhere.
/// Reference: Fetch standard, section 4.4 "HTTP-redirect fetch".
public enum Redirects: Sendable {
  /// It is an answer like any other.
  case manual
  /// It is a failure.
  case refused
  /// The other place is asked, if it may be.
  case followed(allows: @Sendable (URLParts) -> Bool)

  /// How many there may be one after the other.
  static let most = 20
  private static let statuses: Set<Int> = [301, 302, 303, 307, 308]

  /// What comes after an answer.
  enum Next {
    /// Nothing: it is the answer.
    case answer
    case request(OutboundRequest)
    /// Nobody is asked any more, and why.
    case failure(String)
  }

  /// - Parameter count: redirects that were followed before.
  func next(
    after answer: RuntimeResponse, to request: OutboundRequest, followed count: Int
  ) -> Next {
    let places = answer.headers.filter { $0.name == "location" }.map(\.value)
    guard Self.statuses.contains(answer.status), let place = places.first else { return .answer }
    let allows: @Sendable (URLParts) -> Bool
    switch self {
    case .manual: return .answer
    case .refused: return .failure("the answer is a redirect, and none is to be followed")
    case .followed(let rule): allows = rule
    }
    guard places.allSatisfy({ $0 == place }),
      let url = FetchURL.parse(place, against: request.url), let host = url.contractHost
    else { return .failure("the redirect leads to no http or https URL") }
    guard count < Self.most else { return .failure("more than \(Self.most) redirects") }
    guard allows(url) else {
      return .failure("the redirect leads to the host '\(host)', which is not in the contract")
    }
    return .request(Self.request(after: answer.status, request, to: url))
  }

  private static func request(
    after status: Int, _ request: OutboundRequest, to url: URLParts
  ) -> OutboundRequest {
    var next = request
    next.url = url
    let becomesGet =
      status == 303
      ? !["GET", "HEAD"].contains(request.method)
      : [301, 302].contains(status) && request.method == "POST"
    if becomesGet {
      next.method = "GET"
      next.body = nil
      next.headers.removeAll { describesBody.contains($0.name) }
    }
    // A contract says to which host a header goes: what was meant for one is not for another.
    if url.origin != request.url.origin {
      next.headers.removeAll { !goesAnywhere.contains($0.name) }
    }
    return next
  }

  private static let describesBody: Set<String> = [
    "content-encoding", "content-language", "content-location", "content-type",
  ]
  /// Of all fields that a handler may set, those that say what it wants and what it sends.
  private static let goesAnywhere: Set<String> = [
    "accept", "accept-language", "content-language", "content-type", "user-agent",
  ]
}
