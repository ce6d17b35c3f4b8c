import Testing

@testable import OCIRegistry

/// `WWW-Authenticate` and what tokens there are.
@Suite struct ChallengeTests {
  @Test func commasAreInsideAndOutside() {
    let found = AuthenticationChallenge.read(
      #"Bearer realm="https://a/t?x=1,2",service="reg, \"the\" one" , scope="repository:a:pull,push", Basic realm="x""#
    )
    #expect(
      found == [
        .init(
          scheme: "bearer",
          parameters: [
            "realm": "https://a/t?x=1,2", "service": "reg, \"the\" one",
            "scope": "repository:a:pull,push",
          ]), .init(scheme: "basic", parameters: ["realm": "x"]),
      ])
  }

  @Test func aSchemeMayHaveATokenOrNothing() {
    #expect(
      AuthenticationChallenge.read("Negotiate, , NTLM abc+/== , Basic REALM = x,  charset=utf-8")
        == [
          .init(scheme: "negotiate"), .init(scheme: "ntlm", token68: "abc+/=="),
          .init(scheme: "basic", parameters: ["realm": "x", "charset": "utf-8"]),
        ])
  }

  @Test func aRepeatedParameterKeepsItsFirstValue() {
    #expect(
      AuthenticationChallenge.read("Bearer realm=a, realm=b").first?.parameters == ["realm": "a"])
  }

  @Test(arguments: ["", " ", ",,", "=", "\"Bearer\"", "@"])
  func whatIsNoneGivesNone(text: String) { #expect(AuthenticationChallenge.read(text).isEmpty) }

  @Test func whatIsHalfIsKeptAsFarAsItGoes() {
    #expect(AuthenticationChallenge.read("Bearer realm=\"open").map(\.scheme) == ["bearer"])
    #expect(
      AuthenticationChallenge.read("Bearer realm=a service=b, Basic").map(\.scheme) == ["bearer"])
  }

  @Test func aTokenIsKeptUntilItEnds() throws {
    func token(_ text: String) -> AccessToken? { AccessToken(Array(text.utf8), now: .seconds(100)) }
    #expect(token(#"{"token":"a"}"#)?.end == .seconds(155))
    #expect(token(#"{"access_token":"a","expires_in":300}"#)?.end == .seconds(395))
    #expect(token(#"{"token":"a","expires_in":-5}"#)?.isGood(at: .seconds(100)) == false)
    #expect(token(#"{"token":"a","expires_in":9007199254740991}"#)?.end == .seconds(86495))
    for text in [
      "", "[]", "{}", #"{"token":""}"#, #"{"token":"a\r\nX: y"}"#, #"{"token":"a b"}"#,
      #"{"token":7}"#, #"{"token":"é"}"#,
    ] { #expect(token(text) == nil, "\(text)") }
  }

  @Test func errorsAreReadAndBounded() {
    let long = String(repeating: "x", count: 10_000)
    let items = (0..<100).map { _ in #"{"code":"DENIED","message":"\#(long)","detail":{}}"# }
    let found = ErrorAnswer.read(Array(#"{"errors":[\#(items.joined(separator: ","))]}"#.utf8))
    #expect(found.count == ErrorAnswer.most)
    #expect(found[0].message.count == ErrorAnswer.longest)
    #expect(ErrorAnswer.read(Array("<html>".utf8)).isEmpty)
    #expect(ErrorAnswer.read(Array(#"{"errors":[1,{"message":"\u001b[31m"}]}"#.utf8)).count == 1)
    #expect(
      ErrorAnswer(code: "A", message: "\u{1b}[31m").description == "A: \\u{1b}[31m")
  }
}
