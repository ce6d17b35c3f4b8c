import Testing

@testable import HandlerRuntime

@Suite struct ErrorDescriptionTests {
  @Test func `A module that failed is told with its stack`() {
    let error = Application.LoadError.start(message: "no", stack: ["a.ts:3", "b.ts:1"])
    #expect("\(error)" == "the handler could not be started: no\n  at a.ts:3\n  at b.ts:1")
    #expect("\(HTTPServer.StartError.engine(error))" == "\(error)")
  }

  @Test func `A server that did not start says why`() {
    #expect(
      "\(HTTPServer.StartError.listen(.tcp(host: "::1", port: 80), reason: "Permission denied"))"
        == "cannot listen on [::1]:80: Permission denied")
    #expect(
      "\(HTTPServer.StartError.tooFewDescriptors(limit: 3, needed: 9))"
        == "this process may have 3 files open, expected room for 9 more")
  }

  @Test func `A counter that is none says so`() {
    #expect("\(CacheService.CounterError.notANumber)" == "what is stored there is not a number")
  }
}
