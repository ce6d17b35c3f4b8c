import JSON
import OCIImage

extension RegistryClient {
  // Of one page. A registry that has a page of more says less than it should.
  private static let pageBytes = 8 << 20

  /// Every tag, in the registry's order.
  ///
  /// - Parameter pageSize: how many at a time; the registry may give fewer.
  /// - Throws: `missing` for no such repository, `malformed`; `tooLarge` for a list without an end.
  /// Reference: "Listing Tags", end-8a and end-8b.
  public func tags(pageSize: Int = 1000) throws(RegistryError) -> [TagName] {
    var out: [TagName] = []
    let first = address("tags/list", query: "n=\(pageSize)")
    try pages(first, limit: Self.pageBytes) { (answer, body) throws(RegistryError) in
      guard answer.status == 200 else { throw answer.refusal("200") }
      let page = try Self.tags(of: body, answer)
      out += page
      return page.count
    }
    return out
  }

  private static func tags(
    of body: [UInt8], _ answer: RegistryAnswer
  ) throws(RegistryError) -> [TagName] {
    guard let json = (try? JSONReader.lenient(body))?.objectValue else {
      throw answer.malformed("an object with tags", "something else")
    }
    // Some have null where there are none.
    guard let value = json["tags"], value != .null else { return [] }
    guard let list = value.arrayValue else {
      throw answer.malformed("an array of tags", "something else")
    }
    var out: [TagName] = []
    for item in list {
      guard let tag = item.stringValue.flatMap({ TagName($0) }) else {
        throw answer.malformed("a tag", item.stringValue ?? "something else")
      }
      out.append(tag)
    }
    return out
  }
}
