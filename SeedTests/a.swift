import Testing
@testable import Seed
@Test func s() { #expect(seed == 1) }
