import NIOCore

extension HTTPConnection {
  /// Since when it waits for a request with nothing of one received and every answer taken; nil
  /// where it does not.
  var idleSince: NIODeadline? {
    guard case .head = phase, inbound.readableBytes == 0, let context else { return nil }
    let unsent = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
    guard unsent ?? 0 == 0 else { return nil }
    return deadline - .seconds(Int64(loop.limits.idleSeconds))
  }

  /// Ends the connection: at once when no request is in flight, else after its answer.
  func drain() {
    if case .head = phase, inbound.readableBytes == 0 { context?.close(promise: nil) }
  }
}
