// Package s3 keeps the volumes of recordings in a bucket of a storage that speaks S3.
//
// The bucket must be there, and should keep no versions: what retention deletes has to be
// gone. The keys come from where the tools of such storages look for them too: the
// environment, a file of credentials, the machine's own role.
package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/lendhand/lendhand/relay/internal/recordstore"
)

// onePiece is the size up to which an object is sent in one request: more than a volume has.
const onePiece = 64 << 20

// Bucket is a [recordstore.Blobs].
type Bucket struct {
	client   *minio.Core
	location Location
}

// Open prepares a client; nothing is asked of the storage yet.
func Open(l Location) (*Bucket, error) {
	// The machine's role is asked for on the network, by an address that means something at
	// Amazon alone.
	providers := []credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}}
	if l.Endpoint == defaultEndpoint {
		providers = append(providers, &credentials.IAM{})
	}
	client, err := minio.NewCore(l.Endpoint, &minio.Options{
		Creds: credentials.NewChainCredentials(providers), Secure: !l.Insecure, Region: l.Region, MaxRetries: 1,
	})
	if err != nil {
		return nil, fmt.Errorf("storage %s: %w", l.Endpoint, err)
	}
	return &Bucket{client: client, location: l}, nil
}

// Check asks whether the bucket is there, and may be used.
func (b *Bucket) Check(ctx context.Context) error {
	there, err := b.client.BucketExists(ctx, b.location.Bucket)
	if err == nil && !there {
		err = errors.New("there is no such bucket")
	}
	if err != nil {
		return fmt.Errorf("bucket %s at %s: %w", b.location.Bucket, b.location.Endpoint, err)
	}
	return nil
}

func (b *Bucket) object(name string) (string, error) {
	if err := recordstore.CheckName(name); err != nil {
		return "", err
	}
	return b.location.Prefix + name, nil
}

// Put implements [recordstore.Blobs].
func (b *Bucket) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	object, err := b.object(name)
	if err != nil {
		return err
	}
	_, err = b.client.Client.PutObject(ctx, b.location.Bucket, object, r, size, minio.PutObjectOptions{
		ContentType: "application/octet-stream", PartSize: onePiece, DisableContentSha256: !b.location.Insecure,
	})
	if err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	return nil
}

// Get implements [recordstore.Blobs].
func (b *Bucket) Get(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	object, err := b.object(name)
	if err != nil {
		return nil, err
	}
	var options minio.GetObjectOptions
	if length <= 0 {
		_, err := b.Size(ctx, name)
		return http.NoBody, err
	}
	if err := options.SetRange(offset, offset+length-1); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	body, _, _, err := b.client.GetObject(ctx, b.location.Bucket, object, options)
	if minio.ToErrorResponse(err).Code == "InvalidRange" { // all of it is before
		return http.NoBody, nil
	}
	if err != nil {
		return nil, explain(name, err)
	}
	return body, nil
}

// Size implements [recordstore.Blobs].
func (b *Bucket) Size(ctx context.Context, name string) (int64, error) {
	object, err := b.object(name)
	if err != nil {
		return 0, err
	}
	info, err := b.client.StatObject(ctx, b.location.Bucket, object, minio.StatObjectOptions{})
	if err != nil {
		return 0, explain(name, err)
	}
	return info.Size, nil
}

// List implements [recordstore.Blobs].
func (b *Bucket) List(ctx context.Context, folder string) (blobs []recordstore.Blob, err error) {
	if err := recordstore.CheckFolder(folder); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for o := range b.client.Client.ListObjects(ctx, b.location.Bucket, minio.ListObjectsOptions{Prefix: b.location.Prefix + folder + "/"}) {
		if o.Err != nil {
			return nil, fmt.Errorf("list %s: %w", folder, o.Err)
		}
		name := strings.TrimPrefix(o.Key, b.location.Prefix)
		if recordstore.CheckName(name) == nil {
			blobs = append(blobs, recordstore.Blob{Name: name, Size: o.Size})
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("list %s: %w", folder, err)
	}
	return blobs, nil
}

// Delete implements [recordstore.Blobs].
func (b *Bucket) Delete(ctx context.Context, name string) error {
	object, err := b.object(name)
	if err != nil {
		return err
	}
	err = b.client.RemoveObject(ctx, b.location.Bucket, object, minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).StatusCode != http.StatusNotFound {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	return nil
}

func explain(name string, err error) error {
	if r := minio.ToErrorResponse(err); r.StatusCode == http.StatusNotFound && r.Code != "NoSuchBucket" {
		return fmt.Errorf("read %s: %w", name, recordstore.ErrNoBlob)
	}
	return fmt.Errorf("read %s: %w", name, err)
}
