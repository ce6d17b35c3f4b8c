import Testing

@testable import HandlerProver

@Suite struct EgressTargetTests {
  @Test(arguments: [
    ("https://api.example.com", "api.example.com"),
    ("https://API.Example.com/x", "api.example.com"),
    ("HTTPS://api.example.com:443/x", "api.example.com"),
    ("https://api.example.com:0443/x", "api.example.com"),
    ("https://api.example.com:8443/x", "api.example.com:8443"),
    ("https://user:pass@api.example.com/x", "api.example.com"),
    ("https://a@evil.com@api.example.com?x", "api.example.com"),
    ("http://api.example.com/x", "http://api.example.com"),
    ("http://api.example.com:80#f", "http://api.example.com"),
    ("http://localhost:3000", "http://localhost:3000"),
    ("https://[::1]:8080/x", "[::1]:8080"),
  ])
  func readsTheHost(url: String, host: String) {
    #expect(EgressTarget(url: .exact(url))?.host == host)
  }

  @Test(arguments: [
    "", "/x", "ftp://a.b/", "https://", "https:///x", "https://a b/", "https://a\\b/",
    "https://a:x/", "https://a\t.com/", "https://[::1", "https:/a.com", "https://é.com/",
  ])
  func refusesWhatIsNoHTTPURL(url: String) {
    #expect(EgressTarget(url: .exact(url)) == nil)
  }

  @Test func aBeginningCountsOnlyOnceTheHostHasEnded() {
    #expect(EgressTarget(url: .prefix("https://api.example.com")) == nil)
    #expect(EgressTarget(url: .prefix("https://api.example.com:80")) == nil)
    #expect(EgressTarget(url: .prefix("https://api.example.com/"))?.host == "api.example.com")
    #expect(EgressTarget(url: .prefix("https://api.example.com?q="))?.host == "api.example.com")
  }

  @Test func onlyPlainHTTPToAnotherMachineIsReadable() {
    #expect(EgressTarget(url: .exact("http://a.com/"))?.isReadable == true)
    #expect(EgressTarget(url: .exact("http://127.0.0.1:9/"))?.isReadable == false)
    #expect(EgressTarget(url: .exact("http://localhost/"))?.isReadable == false)
    #expect(EgressTarget(url: .exact("http://localhost.evil.com/"))?.isReadable == true)
    #expect(EgressTarget(url: .exact("https://a.com/"))?.isReadable == false)
  }
}
