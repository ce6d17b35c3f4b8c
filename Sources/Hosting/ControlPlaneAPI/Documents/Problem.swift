import JSON

/// Why a call was refused: `application/problem+json`.
///
/// Reference: RFC 9457; control-plane.md.
public struct Problem: WireDocument {
  /// The media type of the answer.
  public static let mediaType = "application/problem+json"

  /// The status of HTTP.
  public var status: Int
  /// A few words that are the same whenever the status and the cause are.
  public var title: String
  /// What happened with which value, and what was expected.
  public var detail: String?
  /// Why a service is not what the client takes it for (409); what an image is not (422).
  public var reasons: [String]
  /// The live service, beside a 409.
  public var current: LiveService?

  /// A problem from its parts.
  public init(
    status: Int, title: String, detail: String? = nil, reasons: [String] = [],
    current: LiveService? = nil
  ) {
    self.status = status
    self.title = title
    self.detail = detail
    self.reasons = reasons
    self.current = current
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "problem")
    guard let status = Int(exactly: try fields.integer("status")) else {
      throw fields.error("status", "a status of HTTP")
    }
    self.status = status
    title = try fields.stringIfAny("title") ?? ""
    detail = try fields.stringIfAny("detail")
    reasons = fields.any("reasons") == nil ? [] : try fields.strings("reasons")
    if let live = fields.any("current") { current = try LiveService(json: live) }
  }

  /// As it is answered. Without a `type` it is `about:blank`: the status says what it is.
  public var json: JSONValue {
    var out: JSONObject = ["status": .integer(Int64(status)), "title": .string(title)]
    out.add("detail", detail)
    if !reasons.isEmpty { out["reasons"] = .strings(reasons) }
    out["current"] = current?.json
    return .object(out)
  }
}
