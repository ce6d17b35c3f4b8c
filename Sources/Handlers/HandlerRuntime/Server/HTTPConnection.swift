import NIOCore

/// One connection: reads requests, has them answered one after the other, writes the answers in
/// their order.
///
/// It lives on its event loop and is touched by no other thread. While an answer is made on another
/// thread, nothing more is read from the peer.
final class HTTPConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Phase {
    /// Between requests, or with a part of a head received.
    case head
    /// In the middle of ``receiving``.
    case body
    /// Another thread makes the answer.
    case answering
    /// The answers are not taken as fast as the requests come.
    case blocked
    /// The last answer is written; what the peer still sends is dropped until it closes, since
    /// closing first would make the kernel throw the answer away.
    case lingering
  }

  let loop: LoopContext
  private(set) var context: ChannelHandlerContext?
  private(set) var phase = Phase.head
  // Beside the phase, not inside: what is taken out of a case, changed and put back is copied.
  private var receiving: (head: RequestHead, body: RequestBodyReader)?
  private var parser: RequestHeadParser
  private(set) var inbound = ByteBuffer()
  private var outbound = ByteBuffer()
  private var peerIsDone = false
  /// Of the request that is being answered, where somebody wants to know.
  private var record: RequestRecord?
  private(set) var deadline = NIODeadline.distantFuture
  private var timer: (task: Scheduled<Void>, at: NIODeadline)?
  private static let outboundMark = 64 << 10
  private static let lingerTime = TimeAmount.seconds(2)

  init(loop: LoopContext) {
    self.loop = loop
    parser = RequestHeadParser(limits: loop.limits)
  }

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    loop.opened(self)
    // Accepted while the listener was being closed: its first request is answered, if it comes soon.
    setDeadline(loop.isDraining ? 1 : loop.limits.idleSeconds)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    loop.closed(self)
    timer?.task.cancel()
    timer = nil
    self.context = nil
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if case .lingering = phase { return }
    if inbound.readableBytes == 0 { inbound = bytes } else { inbound.writeBuffer(&bytes) }
    process()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, case .blocked = phase {
      phase = .head
      setReading(true)
      process()
      // Nothing more can come of a peer that had ended its side before.
      if peerIsDone, case .head = phase { closeAfterWrites() }
    }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else {
      context.fireUserInboundEventTriggered(event)
      return
    }
    peerIsDone = true
    switch phase {
    case .answering, .blocked: break
    case .head, .body, .lingering: closeAfterWrites()
    }
  }

  // MARK: Requests

  private func process() {
    while step() {}
    flush()
  }

  /// Takes one more piece of input; false when there is nothing to do until something happens.
  private func step() -> Bool {
    do throws(RequestRefusal) {
      switch phase {
      case .head: return try readHead()
      case .body:
        guard let body = try receiving?.body.next(&inbound), let head = receiving?.head else {
          inbound.discardReadBytes()
          return false
        }
        receiving = nil
        return answer(head, body)
      case .answering, .blocked, .lingering: return false
      }
    } catch {
      refuse(error)
      return false
    }
  }

  private func readHead() throws(RequestRefusal) -> Bool {
    guard inbound.readableBytes > 0 else { return false }
    guard let head = try parser.next(&inbound) else {
      if inbound.readableBytes > 0 { setDeadlineOnce(loop.limits.headSeconds) }
      return false
    }
    isHeadTimed = false
    if let observer = loop.observer { record = observer.record(head) }
    if case .none = head.framing { return answer(head, nil) }
    phase = .body
    isHeadRequest = head.method == "HEAD"
    let reader = try RequestBodyReader(head.framing, limits: loop.limits)
    if head.expectsContinue && inbound.readableBytes == 0 {
      outbound.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
    }
    setDeadline(loop.limits.bodySeconds)
    receiving = (head, reader)
    return true
  }

  private func answer(_ head: RequestHead, _ body: [UInt8]?) -> Bool {
    if let fixed = loop.fixed.answer(head.method, head.target) { return write(fixed, head) }
    let request = RuntimeRequest(
      method: head.method, target: head.target, headers: head.headers, body: body)
    let representation = loop.representation
    guard let pool = loop.pool else {
      return write(representation.of(loop.engine.answer(request), head), head)
    }
    if let answer = loop.engine.answerAtOnce(request) {
      return write(representation.of(answer, head), head)
    }
    return handOver(request, head, to: pool)
  }

  private func handOver(
    _ request: RuntimeRequest, _ head: RequestHead, to pool: WorkerPool
  ) -> Bool {
    guard let context else { return false }
    phase = .answering
    deadline = .distantFuture
    let me = NIOLoopBound(self, eventLoop: context.eventLoop)
    let (eventLoop, representation) = (context.eventLoop, loop.representation)
    let job = WorkerPool.Job(request: request) { response in
      let answer = representation.of(response, head)
      eventLoop.execute { me.value.finish(answer, head) }
    }
    guard pool.submit(job) else {
      phase = .head
      return write(StatusText.response(503, "all workers are busy"), head)
    }
    setReading(false)
    return false
  }

  private func finish(_ response: RuntimeResponse, _ head: RequestHead) {
    guard context != nil else {
      // Whoever asked is gone.
      tell(response.status, 0)
      return
    }
    phase = .head
    let goesOn = write(response, head)
    if goesOn {
      setReading(true)
      process()
    } else {
      flush()
    }
  }

  // MARK: Answers

  /// Queues an answer; whether another request may follow.
  private func write(_ response: RuntimeResponse, _ head: RequestHead) -> Bool {
    let valid =
      response.status >= 200 ? response : StatusText.response(500, "a handler cannot answer 1xx")
    let circumstances = ResponseWriter.Circumstances(
      isHead: head.method == "HEAD", keepsAlive: head.keepsAlive && !loop.isDraining && !isEnding,
      isVersion10: head.isVersion10, requestID: record?.id)
    tell(valid.status, head.method == "HEAD" ? 0 : valid.body.count)
    guard loop.writer.write(valid, circumstances, to: &outbound) else {
      linger()
      return false
    }
    phase = .head
    setDeadline(loop.limits.idleSeconds)
    if outbound.readableBytes > Self.outboundMark {
      flush()
      if context?.channel.isWritable == false {
        phase = .blocked
        setReading(false)
        return false
      }
    }
    return context != nil
  }

  // The peer has closed its side and everything it sent is answered.
  private var isEnding: Bool { peerIsDone && inbound.readableBytes == 0 }

  private func refuse(_ refusal: RequestRefusal) {
    let answer = StatusText.response(refusal.status, refusal.reason)
    if record == nil { record = loop.observer?.record() }
    let circumstances = ResponseWriter.Circumstances(
      isHead: isHead, keepsAlive: false, requestID: record?.id)
    tell(answer.status, isHead ? 0 : answer.body.count, refusal: refusal.reason)
    _ = loop.writer.write(answer, circumstances, to: &outbound)
    linger()
    flush()
  }

  private func tell(_ status: Int, _ bytes: Int, refusal: String? = nil) {
    guard let record else { return }
    loop.observer?.answered(record, status: status, bytes: bytes, refusal: refusal)
    self.record = nil
  }

  // Also of a head that was refused, which is still unread then.
  private var isHead: Bool {
    if case .body = phase { return isHeadRequest }
    return inbound.readableBytesView.starts(with: "HEAD ".utf8)
  }
  private var isHeadRequest = false

  private func flush() {
    guard outbound.readableBytes > 0, let context else { return }
    let bytes = outbound
    // A buffer that was handed to the channel is shared with it; a new one of the usual size is
    // cheaper than the copy that writing on would make.
    outbound = context.channel.allocator.buffer(capacity: 1024)
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
  }

  private func linger() {
    flush()
    phase = .lingering
    receiving = nil
    inbound.clear()
    if peerIsDone {
      closeAfterWrites()
      return
    }
    setReading(true)
    setDeadline(loop.limits.idleSeconds)
    afterWrites { connection in
      connection.context?.close(mode: .output, promise: nil)
      connection.deadline = .now() + Self.lingerTime
      connection.arm()
    }
  }

  private func closeAfterWrites() {
    phase = .lingering
    afterWrites { $0.context?.close(promise: nil) }
  }

  // Closing drops what the peer has not taken yet, so it has to wait for that.
  private func afterWrites(_ body: @escaping (HTTPConnection) -> Void) {
    guard let context else { return }
    let promise = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: promise)
    promise.futureResult.assumeIsolated().whenComplete { _ in body(self) }
  }

  private func setReading(_ isOn: Bool) {
    try? context?.channel.syncOptions?.setOption(.autoRead, value: isOn)
  }

  // MARK: Time

  private var isHeadTimed = false

  // A head that trickles in gets its time from its first byte, not from its last.
  private func setDeadlineOnce(_ seconds: Int) {
    if !isHeadTimed {
      isHeadTimed = true
      setDeadline(seconds)
    }
  }

  // Moving the deadline only writes a field; the timer that is already running looks at it when it
  // fires. Only a deadline before that needs a new one.
  private func setDeadline(_ seconds: Int) {
    deadline = .now() + .seconds(Int64(seconds))
    arm()
  }

  private func arm() {
    guard let context else { return }
    if let timer {
      if timer.at <= deadline { return }
      timer.task.cancel()
    }
    let me = NIOLoopBound(self, eventLoop: context.eventLoop)
    let at = deadline
    timer = (context.eventLoop.scheduleTask(deadline: at) { me.value.timeIsUp() }, at)
  }

  private func timeIsUp() {
    timer = nil
    guard let context else { return }
    if deadline > .now() {
      if deadline != .distantFuture { arm() }
      return
    }
    if isTakingItsAnswer(context) {
      setDeadline(loop.limits.idleSeconds)
      return
    }
    switch phase {
    case .head:
      if inbound.readableBytes > 0 { refuse(.headTimeout) } else { context.close(promise: nil) }
    case .body: refuse(.bodyTimeout)
    case .lingering, .blocked: context.close(promise: nil)
    case .answering: break
    }
  }

  // A large answer may take its time as long as some of it is taken between two looks.
  private func isTakingItsAnswer(_ context: ChannelHandlerContext) -> Bool {
    let unsent = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    defer { unsentAtLastLook = unsent }
    return unsent > 0 && unsent != unsentAtLastLook
  }
  private var unsentAtLastLook = 0
}
