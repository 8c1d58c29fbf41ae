import Testing
import WireKit

@Suite struct QuotingTests {
    @Test func marksAreDoubledWhateverFollowsThem() {
        let accent = "\u{301}"
        for (text, expected) in [
            ("", "''"), ("a'b", "'a''b'"), ("'\(accent)", "'''\(accent)'"), ("\r\n'", "'\r\n'''"),
            ("\(accent)", "'\(accent)'"),
        ] {
            #expect(text.quoted(by: "'", doubling: ["'"]).utf8.elementsEqual(expected.utf8), "\(text)")
        }
        #expect("\\\(accent)'".quoted(by: "'", doubling: ["'", "\\"]).utf8.elementsEqual("'\\\\\(accent)'''".utf8))
    }
}
