import Testing

@testable import ControlPlaneClient

@Suite struct AddressTests {
  @Test(arguments: [
    ("https://api.zigttp.dev", "https://api.zigttp.dev"),
    ("https://api.zigttp.dev/", "https://api.zigttp.dev"),
    ("https://cp.example:443", "https://cp.example"),
    ("https://CP.example:8443//", "https://cp.example:8443"),
    ("http://127.0.0.1:8787/", "http://127.0.0.1:8787"),
    ("http://localhost:80", "http://localhost"),
    ("http://[::1]:8787", "http://[::1]:8787"),
  ])
  func originIsSchemeHostAndPort(_ text: String, _ origin: String) throws {
    #expect(try ControlPlaneAddress(text).origin == origin)
  }

  @Test func aPathStandsBeforeTheCalls() throws {
    let address = try ControlPlaneAddress("https://cp.example/zigttp/")
    #expect(address.origin == "https://cp.example")
    #expect(address.description == "https://cp.example/zigttp")
    #expect(
      address.address(.service("a b")).description == "https://cp.example/zigttp/v1/services/a%20b")
  }

  @Test(arguments: ["http://cp.example", "http://10.0.0.1:8787", "http://localhost.example"])
  func plainHTTPToOthersHasToBeAllowed(_ text: String) throws {
    #expect(failure { try ControlPlaneAddress(text) }?.code == .insecure)
    let address = try ControlPlaneAddress(text, allowsPlain: true)
    #expect(address.isPlain)
    #expect(try !ControlPlaneAddress("http://127.0.0.1:1").isPlain)
  }

  @Test(arguments: [
    "", "cp.example", "ftp://cp.example", "https://", "https://user:secret@cp.example",
    "https://cp.example?x=1", "https://cp.example/#x", "https://cp.example:99999", "https://a b",
  ])
  func whatIsNoAddressIsRefusedUnseen(_ text: String) {
    let error = failure { try ControlPlaneAddress(text) }
    #expect(error?.code == .badAddress)
    #expect(error?.description.contains("secret") == false)
  }

  private func failure(_ body: () throws -> ControlPlaneAddress) -> ControlPlaneClientError? {
    do { _ = try body() } catch { return error as? ControlPlaneClientError }
    return nil
  }
}
