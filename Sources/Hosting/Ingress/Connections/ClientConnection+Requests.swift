import NIOCore

/// From the client to the service.
extension ClientConnection {
  private static let holdStep = TimeAmount.milliseconds(20)

  /// Takes a head, if there is a whole one.
  func readHead() {
    skipEmptyLines()
    guard inbound.readableBytes > 0 else { return }
    switch scanner.end(of: inbound) {
    case .part: setHeadDeadline()
    case .bareLineEnd: refuse(.bad("line without CR LF"), isHead: looksLikeHead)
    case .tooLarge(let hasLine):
      refuse(hasLine ? .headTooLarge : .targetTooLong, isHead: looksLikeHead)
    case .whole(let length):
      let isHead = looksLikeHead
      guard let bytes = inbound.readSlice(length: length) else { return }
      clock.isHeadTimed = false
      do throws(Refusal) {
        let exchange = try exchange(for: bytes)
        phase = .exchange(exchange)
        setDeadline(state.limits.bodySeconds)
        assign(exchange)
      } catch {
        refuse(error, isHead: isHead)
      }
    }
  }

  // A client may send an empty line after a body. One or two, not a stream of them.
  private func skipEmptyLines() {
    for _ in 0..<2 {
      guard inbound.getInteger(at: inbound.readerIndex, as: UInt16.self) == 0x0D0A else { return }
      inbound.moveReaderIndex(forwardBy: 2)
    }
  }

  var looksLikeHead: Bool { inbound.readableBytesView.starts(with: "HEAD ".utf8) }

  private func exchange(for bytes: ByteBuffer) throws(Refusal) -> Exchange {
    let result = bytes.withUnsafeReadableBytes { bytes in
      Result { () throws(Refusal) in
        let head = try RequestHead(bytes, mostFields: state.limits.headFields)
        guard let service = try state.hosts.service(head.host(in: bytes)) else {
          throw .unknownHost
        }
        guard !head.asksForUpgrade else { throw .upgrade }
        var out = ByteBuffer()
        out.reserveCapacity(bytes.count + 256)
        forwarding?.write(head, bytes, to: &out)
        return try Exchange(service, head, head: out, limits: state.limits)
      }
    }
    return try result.get()
  }

  // MARK: A connection to the service

  /// Finds a connection for a request that has none, and begins it there.
  func assign(_ exchange: Exchange) {
    guard let route = state.routes.ports[exchange.service] else {
      return refuse(.unknownHost, isHead: exchange.isHead)
    }
    guard let port = route else { return refuse(.notRunning, isHead: exchange.isHead) }
    let pool = state.pool(of: port)
    guard pool.inFlight < state.limits.requestsPerService else {
      return refuse(.overloaded, isHead: exchange.isHead)
    }
    exchange.move(to: pool)
    exchange.attempts += 1
    if let connection = pool.take() {
      exchange.isReused = true
      return begin(exchange, connection)
    }
    exchange.isReused = false
    let me = NIOLoopBound((self, exchange, pool), eventLoop: state.loop)
    pool.connect().whenComplete { result in
      let (client, exchange, pool) = me.value
      client.connected(exchange, pool, try? result.get().value)
    }
  }

  private func connected(
    _ exchange: Exchange, _ pool: UpstreamPool, _ connection: UpstreamConnection?
  ) {
    guard case .exchange(let current) = phase, current === exchange, context != nil else {
      // The client is gone; the next one may use it.
      if let connection { pool.give(connection) }
      return
    }
    // The route may have changed meanwhile; nothing has been sent yet.
    guard let connection, connection.isOpen, !pool.isRetired else {
      connection?.close()
      exchange.move(to: nil)
      return connection == nil ? hold(exchange) : reassign(exchange)
    }
    begin(exchange, connection)
    flush()
  }

  // Nobody listens: the service is being started again, or another process of it is about to be named.
  private func hold(_ exchange: Exchange) {
    guard NIODeadline.now() < exchange.holdEnd else {
      refuse(.unreachable, isHead: exchange.isHead)
      return
    }
    let me = NIOLoopBound((self, exchange), eventLoop: state.loop)
    state.loop.scheduleTask(in: Self.holdStep) { me.value.0.reassign(me.value.1) }
  }

  private func reassign(_ exchange: Exchange) {
    guard case .exchange(let current) = phase, current === exchange, context != nil else { return }
    assign(exchange)
    flush()
  }

  private func begin(_ exchange: Exchange, _ connection: UpstreamConnection) {
    exchange.upstream = connection
    connection.begin(exchange, of: self)
    if exchange.expectsContinue {
      exchange.expectsContinue = false
      if inbound.readableBytes == 0 {
        outbound.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
      }
    }
    pump(exchange)
  }

  // MARK: Body

  /// Passes on what has arrived of a body, as far as the service takes it.
  func pump(_ exchange: Exchange) {
    guard let upstream = exchange.upstream else { return throttle() }
    do throws(Refusal) {
      while !exchange.isRequestDone, upstream.isWritable {
        switch try exchange.body.next(&inbound) {
        case .bytes(let bytes):
          exchange.hasSentBody = true
          upstream.write(bytes, as: exchange.framing)
          setDeadline(state.limits.bodySeconds)
        case .end:
          upstream.end(exchange.framing)
          exchange.isRequestDone = true
          setDeadline(state.limits.answerSeconds)
        case .wait:
          upstream.flush()
          // A client that has closed its side sends no more of a body that is not whole.
          return peerIsDone ? closeAfterWrites() : throttle()
        }
      }
      upstream.flush()
      throttle()
    } catch {
      if exchange.passing == nil {
        refuse(error, isHead: exchange.isHead)
      } else {
        closeAfterWrites()
      }
    }
  }

  /// The service takes more again.
  func upstreamIsWritable() {
    guard case .exchange(let exchange) = phase else { return }
    pump(exchange)
  }
}
