import Encodings
import JSON

/// One line for each request that was answered: what was asked for and what became of it, and
/// nothing that somebody sent as a value, neither a query nor a header nor a body.
public final class AccessLog: Sendable {
  /// How its lines are written.
  public enum Format: String, Sendable, CaseIterable {
    /// For people: `2026-01-31T12:00:00.000Z 200 GET /orders 36 B 412 us q3Vv…`.
    case text
    /// As the handler's own lines: `{"ts":…,"level":"info","message":"request","context":{…}}`.
    case json
  }

  /// A request that was answered.
  struct Entry: Sendable {
    /// Joins the line with what the client was told in `x-request-id`.
    var id: String
    /// Nil where the request could not be read.
    var request: (method: String, path: String)?
    var status: Int
    /// Of the body as it was sent.
    var bytes: Int
    var microseconds: Int
    /// Why the server refused it, in words that repeat nothing of it.
    var refusal: String?
  }

  private let format: Format
  private let clock: HostClock
  private let output: @Sendable ([UInt8]) -> Void

  /// - Parameter output: takes one line with its `\n`, on the thread that answered. It must not wait.
  public init(
    _ format: Format, clock: HostClock = .system, output: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.format = format
    self.clock = clock
    self.output = output
  }

  func write(_ entry: Entry) {
    switch format {
    case .text: output(Array("\(text(entry).text)\n".utf8))
    case .json: output(json(entry))
    }
  }

  private func text(_ entry: Entry) -> SafeText {
    let time = CalendarTime.iso(milliseconds: clock.milliseconds())
    let (method, path) = entry.request ?? ("-", "-")
    let line: SafeText =
      "\(time) \(entry.status) \(method) \(path) \(entry.bytes) B \(entry.microseconds) us \(entry.id)"
    guard let refusal = entry.refusal else { return line }
    return "\(line) (\(refusal))"
  }

  private func json(_ entry: Entry) -> [UInt8] {
    var context: JSONObject = ["id": .string(entry.id)]
    if let request = entry.request {
      context["method"] = .string(request.method)
      context["path"] = .string(request.path)
    }
    context["status"] = .integer(Int64(entry.status))
    context["bytes"] = .integer(Int64(entry.bytes))
    context["microseconds"] = .integer(Int64(entry.microseconds))
    if let refusal = entry.refusal { context["refusal"] = .string(refusal) }
    return LogService.line(
      at: clock.milliseconds(), .info, Array("request".utf8),
      JSONValue.object(context).minifiedBytes)
  }
}
