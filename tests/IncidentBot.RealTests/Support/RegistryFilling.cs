namespace IncidentBot.Support;

/// <summary>150 repositories of 5 tags: four images that share a layer, and an index of two platforms with an attestation.</summary>
internal static class RegistryFilling
{
    public const int Repositories = 150;
    public const int TagsEach = 5;

    public static void Fill(RegistryFiles files)
    {
        for (var number = 0; number < Repositories; number++)
        {
            var repository = $"team{number % 10}/app{number}";
            var shared = ImageBytes.Layer($"base{number}", 3000);
            for (var tag = 1; tag < TagsEach; tag++)
            {
                files.Add(repository, $"1.{tag}", ImageBytes.Make($"{repository}:{tag}", layers: 1, docker: tag % 2 == 0, shared: shared));
            }

            var (children, index) = Index(repository, "2.0");
            foreach (var child in children)
            {
                files.Add(repository, null, child);
            }

            files.Add(repository, "2.0", index);
        }
    }

    public static (ImageBytes[] Children, StoredBytes Index) Index(string repository, string tag)
    {
        ImageBytes[] children = [.. new[] { "amd", "arm", "proof" }.Select(name => ImageBytes.Make($"{repository} {name} {tag}", layers: 1))];
        return (children, ImageBytes.Index(docker: false, (children[0], "linux/amd64"), (children[1], "linux/arm64"), (children[2], "unknown/unknown")));
    }
}
