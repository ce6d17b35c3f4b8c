import Encodings
import Testing

@Suite struct Base64Tests {
  @Test(
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("ä€😀", "w6Tigqzwn5iA"),
    ])
  func followsRFC4648(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.encodedUTF8(Array(plain.utf8)) == Array(encoded.utf8))
    #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
    let bare = encoded.utf8.filter { $0 != UInt8(ascii: "=") }
    #expect(Base64.decodeLenient(bare) == Array(plain.utf8))
    #expect((Base64.decode(bare) != nil) == (bare.count == encoded.utf8.count))
  }

  @Test(arguments: ["A", "AAAAA", "A=AA", "AA=", "AAAA=", "AA===", "A A=", "Zg==\n", "Zé", "="])
  func refusesWhatNoEncodingIs(text: String) {
    #expect(Base64.decode(text.utf8) == nil)
    #expect(Base64.decodeLenient(text.utf8) == nil)
  }

  @Test func oneSpellingAlone() {
    #expect(Base64.decodeLenient("-_-_".utf8) == Base64.decode("+/+/".utf8))
    // Bits beyond the last byte, another alphabet, no padding.
    for text in ["Zh==", "Zm9=", "-_-_", "Zg", "Zm8"] {
      #expect(Base64.decode(text.utf8) == nil, "\(text)")
      #expect(Base64.decodeLenient(text.utf8) != nil, "\(text)")
    }
  }
}
