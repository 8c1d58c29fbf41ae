import COpenSSL

/// The hash functions that authentication needs, from libcrypto; pure rooms take them as arguments.
package enum Crypto {
    /// SHA-256 (FIPS 180-4): 32 bytes.
    package static func sha256(_ message: [UInt8]) -> [UInt8] { digest(message, EVP_sha256()) }

    /// MD5 (RFC 1321): 16 bytes.
    ///
    /// For PostgreSQL's md5 authentication only.
    package static func md5(_ message: [UInt8]) -> [UInt8] { digest(message, EVP_md5()) }

    private static func digest(_ message: [UInt8], _ type: OpaquePointer?) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let status = EVP_Digest(message, message.count, &output, &length, type, nil)
        // It fails only without memory, or for MD5 under a FIPS policy; an empty digest then matches nothing.
        return status == 1 ? Array(output.prefix(Int(length))) : []
    }

    /// HMAC with SHA-256 (RFC 2104): 32 bytes.
    package static func hmacSHA256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let result = HMAC(EVP_sha256(), key, Int32(clamping: key.count), message, message.count, &output, &length)
        return result == nil ? [] : Array(output.prefix(Int(length)))
    }

    /// PBKDF2 with HMAC-SHA-256 (RFC 8018): 32 bytes.
    ///
    /// Takes about 1 µs per iteration.
    package static func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 32)
        let status = password.withUnsafeBytes { password in
            PKCS5_PBKDF2_HMAC(
                password.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(clamping: password.count),
                salt,
                Int32(clamping: salt.count),
                Int32(clamping: iterations),
                EVP_sha256(),
                Int32(output.count),
                &output
            )
        }
        return status == 1 ? output : []
    }

    /// Unpredictable bytes (RAND_bytes(3)); nil when the system has no entropy to give.
    package static func randomBytes(count: Int) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: count)
        return RAND_bytes(&output, Int32(clamping: count)) == 1 ? output : nil
    }
}
