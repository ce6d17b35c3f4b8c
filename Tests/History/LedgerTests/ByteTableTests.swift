import Testing

@testable import Ledger

@Suite struct ByteTableTests {
  private func with<T>(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
    Array(text.utf8).withUnsafeBufferPointer(body)
  }

  @Test func keepsWhatWasSetLast() {
    var table = ByteTable<Int>()
    // More than fit at first, the empty key and both forms of one letter among them.
    let keys = (0..<500).map { "key \($0)" } + ["", "\u{e9}", "e\u{301}", "key"]
    for (index, key) in keys.enumerated() { with(key) { table.set($0, index) } }
    for (index, key) in keys.enumerated() { #expect(with(key) { table.value($0) } == index) }
    with("key 7") { table.set($0, -1) }
    #expect(with("key 7") { table.value($0) } == -1)
    #expect(table.count == keys.count && table.values.count == keys.count)
    #expect(with("key 500") { table.value($0) } == nil)
    table.removeAll()
    #expect(table.count == 0 && with("key 7") { table.value($0) } == nil)
  }

  @Test func bytesAreComparedWhole() {
    #expect(with("abc") { $0.isSame(as: Array("abc".utf8)) })
    #expect(with("") { $0.isSame(as: []) })
    #expect(!with("abc") { $0.isSame(as: Array("abd".utf8)) })
    #expect(!with("abc") { $0.isSame(as: Array("ab".utf8)) })
  }
}
