import NIOCore

/// Whom the server tells of each request that it answered. With neither a log nor counters, nobody
/// is told and nothing is measured.
struct RequestObserver: Sendable {
  var log: AccessLog?
  var metrics: ServerMetrics?

  /// Nil where nobody wants to know.
  init?(log: AccessLog?, metrics: ServerMetrics?) {
    guard log != nil || metrics != nil else { return nil }
    self.log = log
    self.metrics = metrics
  }

  /// Begins with a request whose head was read.
  func record(_ head: RequestHead) -> RequestRecord {
    RequestRecord(
      start: .now(), id: log == nil ? nil : RequestID.of(head.headers),
      request: (head.method, String(head.target.prefix { $0 != "?" })))
  }

  /// Begins with one that could not be read.
  func record() -> RequestRecord {
    RequestRecord(start: .now(), id: log == nil ? nil : RequestID.made(), request: nil)
  }

  /// Tells that it was answered.
  /// - Parameters:
  ///   - bytes: of the body as it was sent.
  ///   - refusal: why the server itself answered.
  func answered(_ record: RequestRecord, status: Int, bytes: Int, refusal: String? = nil) {
    let time = NIODeadline.now() - record.start
    metrics?.answered(status: status, bytes: bytes, nanoseconds: Int(time.nanoseconds))
    guard let log, let id = record.id else { return }
    log.write(
      AccessLog.Entry(
        id: id, request: record.request, status: status, bytes: bytes,
        microseconds: Int(time.nanoseconds / 1000), refusal: refusal))
  }
}

/// A request on its way, as logs and counters see it.
struct RequestRecord: Sendable {
  /// When its head was whole.
  var start: NIODeadline
  /// Nil where it is not logged.
  var id: String?
  /// Nil where it could not be read; the path has no query.
  var request: (method: String, path: String)?
}
