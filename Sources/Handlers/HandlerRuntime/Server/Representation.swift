/// In which form answers go out: as the handler made them, compressed, or not at all where the client
/// has them.
public struct Representation: Sendable, Hashable {
  /// Whether text that is worth it goes out as gzip to clients that take it.
  public var compresses: Bool
  /// Whether answers get tags, and clients that have an answer are told so.
  public var tags: Bool

  /// As the handler made them, unless something else is said.
  public init(compresses: Bool = false, tags: Bool = false) {
    self.compresses = compresses
    self.tags = tags
  }

  /// The form of one answer. It takes time with the size of the body.
  func of(_ response: RuntimeResponse, _ head: RequestHead) -> RuntimeResponse {
    guard compresses || tags else { return response }
    var response = response
    // The tag names what the handler answered, whatever bytes that becomes.
    if tags { EntityTag.apply(to: &response, head) }
    if compresses { ContentCoding.apply(to: &response, head) }
    return response
  }
}
