import ControlPlaneAPI
import NIOHTTP1
import OCIRegistry

/// Asks one control plane: every call goes through here. It waits on the calling thread.
///
/// It follows no redirection, tries again what may be asked twice, reads no more than it said, and
/// tells the token to nobody else.
struct Exchange: Sendable {
  let address: ControlPlaneAddress
  let transport: any HTTPTransport
  let tokens: TokenSource
  var policy = ExchangePolicy()
  var clock = RegistryClock.system

  /// A call with all that belongs to it.
  struct Call {
    var method: HTTPMethod
    var call: ControlPlaneCall
    var query: [(String, String)] = []
    var body: [UInt8]?
    /// Whether the same call twice comes to the same.
    var isIdempotent: Bool
    /// Whether a token goes along.
    var isSigned = true
    /// nil for what takes as long as it takes.
    var limit: Duration?
  }

  /// What a call is answered with.
  ///
  /// - Throws: what kept it from being answered; an answer that is none of the protocol.
  func send(_ call: Call) throws -> Answer {
    var attempts = 0
    while true {
      attempts += 1
      let mayRepeat = call.isIdempotent && attempts < policy.retry.attempts
      do {
        let answer = try signed(call)
        guard mayRepeat, RetryPolicy.isPassing(answer.status) else {
          // What is not to be read as it comes is read here, where a connection that breaks counts.
          if call.limit != nil { try answer.load() }
          return answer
        }
        clock.sleep(try wait(answer, after: attempts))
      } catch let error as ControlPlaneClientError where error.code == .unreachable && mayRepeat {
        clock.sleep(policy.retry.wait(after: attempts))
      }
    }
  }

  // Not longer than we are patient, whatever the server says.
  private func wait(_ answer: Answer, after attempts: Int) throws -> Duration {
    let wanted = answer.header("Retry-After").flatMap {
      RetryAfter.wait($0, now: clock.seconds())
    }
    if let wanted, wanted > policy.retry.patience {
      var error = answer.refusal(expected: "an answer within \(policy.retry.patience)")
      error.code = .unavailable
      error.found = "\(answer.status), Retry-After \(wanted.components.seconds) s"
      throw error
    }
    answer.close()
    return wanted ?? policy.retry.wait(after: attempts)
  }

  private func signed(_ call: Call) throws -> Answer {
    guard call.isSigned else { return try once(call, token: nil) }
    var token = tokens.token
    if token == nil { token = try tokens.another(insteadOf: nil) }
    guard let first = token else {
      throw ControlPlaneClientError(.signedOut, at: address.description)
    }
    let answer = try once(call, token: first)
    guard answer.status == 401 else { return answer }
    guard let second = try tokens.another(insteadOf: first) else { return answer }
    answer.close()
    return try once(call, token: second)
  }

  private func once(_ call: Call, token: String?) throws -> Answer {
    var place = address.address(call.call)
    for (name, value) in call.query { place = place.adding(name, value) }
    var headers: HTTPHeaders = ["Accept": "application/json", "User-Agent": "zigttp"]
    if let token { headers.add(name: "Authorization", value: "Bearer \(token)") }
    if call.body != nil { headers.add(name: "Content-Type", value: "application/json") }
    let request = HTTPCall(call.method, place, headers: headers, limit: call.limit)
    do throws(RegistryError) {
      let body = call.body ?? []
      let conversation = try transport.open(request, length: UInt64(body.count))
      if !body.isEmpty { _ = try conversation.write(body) }
      return Answer(
        try conversation.head(), place: request.shown, conversation, tokens: tokens,
        limit: policy.answerLimit)
    } catch {
      throw ControlPlaneClientError(error, at: request.shown)
    }
  }
}

extension ControlPlaneClientError {
  /// What carried a request failed.
  init(_ error: RegistryError, at place: String) {
    let code: Code =
      switch error.code {
      case .tooLarge: .tooLarge
      case .malformed: .malformed
      default: .unreachable
      }
    self.init(code, at: place, expected: error.expected, found: error.found)
  }
}
