import Files
import SystemPackage
import Testing

@Suite struct FileErrorDescriptionTests {
  @Test func aFailedCallIsNamedWithItsFileAndReason() {
    let error = FileError(.noSpace, call: "write", path: "/s/x")
    #expect("\(error)" == "write /s/x: \(Errno.noSpace)")
  }

  @Test func whatWasExpectedAndFoundIsSaid() {
    let error = FileError(.malformed, path: "/s/x", expected: "a file", found: "a folder")
    #expect("\(error)" == "/s/x cannot be used: expected a file, found a folder")
    #expect(
      "\(FileError(.tooLarge, path: "x", found: "9 bytes"))" == "x is too large: found 9 bytes")
  }

  @Test(arguments: FileError.Code.allCases)
  func everyKindIsASentence(code: FileError.Code) {
    let text = "\(FileError(code, path: "/s/x"))"
    #expect(text.hasPrefix("/s/x ") && !text.contains("(") && !text.hasSuffix(":"))
  }
}
