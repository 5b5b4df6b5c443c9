using System.Text;
using CrStream.Age;

namespace CrStream.Stages.Tests;

public sealed class AgePrimitiveTests
{
    [Fact]
    public void Scrypt_gives_what_RFC_7914_says()
    {
        var key = new byte[64];
        Scrypt.DeriveKey("pleaseletmein"u8, "SodiumChloride"u8, 14, key);
        Assert.Equal(
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
            Convert.ToHexStringLower(key));
    }

    [Fact]
    public void Bech32_gives_the_keys_of_the_age_specification()
    {
        var secret = Enumerable.Repeat((byte)0x42, 32).ToArray();
        Assert.Equal("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX", X25519Text.Identity(secret));
        using var key = X25519Text.ParseIdentities(X25519Text.Identity(secret)).Single();
        Assert.Equal("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj", X25519Text.Recipient(key.PublicKey));
    }

    [Theory]
    [InlineData("A12UEL5L", "a", 0)]
    [InlineData("an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs", "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", 0)]
    [InlineData("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "split", 30)]
    [InlineData("A1G7SGD8", "a", -1)]
    [InlineData("a12uEL5L", "a", -1)]
    [InlineData("x1b4n0q5v", "x", -1)]
    [InlineData("li1dgmt3", "li", -1)]
    public void Bech32_takes_and_refuses_what_BIP_173_says(string text, string prefix, int length)
        => Assert.Equal(length, Bech32.Decode(prefix, text)?.Length ?? -1);

    [Fact]
    public void Base64_has_one_form_only()
    {
        for (var length = 0; length < 50; length++)
        {
            var bytes = StageRun.SomeBytes(length, length);
            Assert.Equal(bytes, RawBase64.Decode(RawBase64.Encode(bytes)));
        }

        foreach (var text in new[] { "A", "AB", "AAB", "AA==", "AA\n", "A A", "AA-A" }) Assert.Null(RawBase64.Decode(text));
    }

    [Fact]
    public void A_key_pair_shows_no_secret()
    {
        var pair = new AgeKeyGenerator().Generate();
        Assert.DoesNotContain("SECRET", new StringBuilder().Append(pair).ToString(), StringComparison.Ordinal);
    }
}
