import Testing

@testable import PosixIO

@Suite struct CertificateNamesTests {
    private func names(_ hosts: [String] = [], _ addresses: [[UInt8]] = [], cn: String? = nil) -> CertificateNames {
        let hosts = hosts.map { Array($0.utf8) }
        return CertificateNames(hosts: hosts, addresses: addresses, commonName: cn.map { Array($0.utf8) })
    }

    /// The rules of libpq's `wildcard_certificate_match` (RFC 2818, RFC 6125, section 6.4.3).
    @Test(arguments: [
        ("db.example.org", "db.example.org", true), ("DB.Example.ORG", "db.example.org", true),
        ("db.example.org", "db2.example.org", false), ("*.example.org", "db.example.org", true),
        ("*.EXAMPLE.org", "DB.example.org", true), ("*.example.org", "a.b.example.org", false),
        ("*.example.org", "example.org", false), ("*.example.org", ".example.org", false),
        ("d*.example.org", "db.example.org", false), ("db.*.org", "db.example.org", false), ("*", "db", false),
        ("*.", "db.", false), ("*.0.0.1", "127.0.0.1", false), ("", "", false),
        ("db.example.org\0.evil.org", "db.example.org", false), ("*.org\0", "db.org", false),
    ])
    func aNameOrALeftMostWildcard(_ pattern: String, _ host: String, _ expected: Bool) {
        #expect(names([pattern]).contain(host) == expected)
        #expect(names(cn: pattern).contain(host) == expected)
    }

    @Test(arguments: [
        ("192.0.2.1", true), ("2001:db8::1", true), ("2001:DB8:0::1", true), ("192.0.2.2", false),
        ("2001:db8::2", false), ("192.0.2.1.example.org", false),
    ])
    func addressesAreComparedByValue(_ host: String, _ expected: Bool) {
        let six: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        #expect(names([], [[192, 0, 2, 1], six]).contain(host) == expected)
    }

    @Test func theCommonNameCountsOnlyWithoutAlternativesOfTheKind() {
        #expect(names(cn: "db").contain("db"))
        #expect(!names(["other"], cn: "db").contain("db"))
        #expect(names([], [[1, 2, 3, 4]], cn: "db").contain("db"))
        #expect(names(["other"], cn: "192.0.2.1").contain("192.0.2.1"))
        #expect(!names([], [[1, 2, 3, 4]], cn: "192.0.2.1").contain("192.0.2.1"))
        #expect(!names().contain("db"))
    }

    @Test func whatItNamesIsListedFitForASentence() {
        let several = names(["a", "b\u{1B}"], [[127, 0, 0, 1], [1]])
        #expect(several.list == #""a", "b?", "127.0.0.1", "an address of 1 bytes""#)
        #expect(names(cn: "db").list == #""db""#)
        #expect(names().list == "no host at all")
        #expect(names((0..<10).map { "h\($0)" }).list.hasSuffix(#""h7" and 2 more"#))
    }
}
