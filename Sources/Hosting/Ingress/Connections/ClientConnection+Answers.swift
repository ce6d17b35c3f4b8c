import NIOCore

/// From the service to the client.
extension ClientConnection {
  /// The head of an answer.
  func pass(_ head: ResponseHead, _ bytes: UnsafeRawBufferPointer) {
    guard case .exchange(let exchange) = phase else { return }
    // Who is answered before all of the request is read cannot send another one after it.
    var passing = ResponseHead.Passing(
      keepsAlive: exchange.keepsAlive && exchange.isRequestDone && !state.isDraining
        && !(peerIsDone && inbound.readableBytes == 0),
      isVersion10: exchange.isVersion10)
    exchange.answerFraming = head.framing(for: passing)
    if exchange.answerFraming == .untilClose { passing.keepsAlive = false }
    exchange.passing = passing
    head.write(passing, bytes, to: &outbound)
    touch()
  }

  /// A piece of an answer's body.
  func pass(_ bytes: ByteBuffer) {
    guard case .exchange(let exchange) = phase else { return }
    BodyWriter.write(bytes, as: exchange.answerFraming, to: &outbound) { write($0) }
    touch()
    // So that the client's own channel says when it is enough.
    if outbound.readableBytes >= Self.mostWaiting / 2 {
      write(outbound)
      outbound = ByteBuffer()
    }
  }

  /// The answer is whole.
  func answerEnded(_ exchange: Exchange) {
    guard case .exchange(let current) = phase, current === exchange else { return }
    BodyWriter.end(exchange.answerFraming, to: &outbound)
    guard exchange.passing?.keepsAlive == true, !state.isDraining else { return linger() }
    phase = .head
    setDeadline(state.limits.idleSeconds)
    if inbound.readableBytes > 0 || peerIsDone {
      process()
      if peerIsDone, case .head = phase { closeAfterWrites() }
    } else {
      throttle()
      flush()
    }
  }

  /// The service closed its connection before the answer was whole.
  func upstreamIsLost(_ exchange: Exchange, hasReceived: Bool) {
    guard case .exchange(let current) = phase, current === exchange else { return }
    exchange.move(to: nil)
    guard exchange.passing == nil else { return cutOff() }
    guard !hasReceived, exchange.mayRepeat else {
      refuse(.broken, isHead: exchange.isHead)
      return
    }
    assign(exchange)
    flush()
  }

  /// The service answered something that is no answer.
  func upstreamFailed(_ exchange: Exchange, _ refusal: Refusal) {
    guard case .exchange(let current) = phase, current === exchange else { return }
    exchange.move(to: nil)
    if exchange.passing == nil { refuse(refusal, isHead: exchange.isHead) } else { cutOff() }
  }

  // The client sees that the end is missing: of its length, or the last chunk.
  private func cutOff() {
    phase = .lingering
    flush()
    closeAfterWrites()
  }
}

/// Answers of the ingress itself.
enum OwnAnswer {
  static func write(_ refusal: Refusal, isHead: Bool, to out: inout ByteBuffer) {
    let body = "\(refusal.reason)\n"
    out.writeString("HTTP/1.1 \(refusal.status) \(Refusal.phrase(refusal.status))\r\n")
    out.writeStaticString("content-type: text/plain; charset=utf-8\r\n")
    out.writeStaticString("x-content-type-options: nosniff\r\ncache-control: no-store\r\n")
    if let seconds = refusal.retryAfter { out.writeString("retry-after: \(seconds)\r\n") }
    if refusal == .trace {
      out.writeStaticString("allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n")
    }
    out.writeString("content-length: \(body.utf8.count)\r\nconnection: close\r\n\r\n")
    if !isHead { out.writeString(body) }
  }
}
