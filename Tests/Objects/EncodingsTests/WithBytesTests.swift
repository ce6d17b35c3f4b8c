import Encodings
import Testing

@Suite struct WithBytesTests {
  private enum Stop: Error { case here }

  @Test func lendsTheBytesAndThrowsWhatTheBodyThrows() throws {
    let bytes: [UInt8] = [1, 2, 3]
    #expect(bytes.withBytes { $0.count } == 3)
    #expect([UInt8]().withBytes { $0.isEmpty })
    do throws(Stop) {
      try bytes.withBytes { (bytes) throws(Stop) in
        if bytes.elementsEqual([1, 2, 3]) { throw .here }
      }
      Issue.record("the body's error was lost")
    } catch {
      #expect(error == .here)
    }
  }
}
