package app

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/download"
	"github.com/lendhand/lendhand/relay/internal/web"
	"github.com/lendhand/lendhand/signaling/problem"
)

// downloadsFolder is where a data folder has the programs that people fetch.
const downloadsFolder = "downloads"

// openDownloads finds the folders of the programs that people fetch, and the certificate
// that they need beside one; nil when they need none.
func (a *App) openDownloads() (authority *web.Authority, err error) {
	folders, err := downloadFolders(a.cfg.Relay)
	if err != nil {
		return nil, err
	}
	if a.shelf, err = download.New(download.Config{Folders: folders, Relay: a.public, Log: a.log}); err != nil {
		return nil, err
	}
	if a.cfg.TLS != config.TLSSelfSigned {
		return nil, nil
	}
	file, err := os.ReadFile(filepath.Join(a.cfg.Data, CAFile))
	if err != nil {
		return nil, fmt.Errorf("read the authority's certificate: %w", err)
	}
	return web.ParseAuthority(file)
}

// downloadFolders are the one that was named, or the usual ones, the first of which wins.
func downloadFolders(cfg config.Relay) ([]string, error) {
	if cfg.Downloads != "" {
		info, err := os.Stat(cfg.Downloads)
		if err == nil && !info.IsDir() {
			err = fmt.Errorf("%s is no folder", cfg.Downloads)
		}
		if err != nil {
			return nil, problem.Wrap(fmt.Errorf("open the folder of downloads: %w", err), "Make the folder, or name another one with --downloads.")
		}
		return []string{cfg.Downloads}, nil
	}
	folders := []string{filepath.Join(cfg.Data, downloadsFolder)}
	if program, err := os.Executable(); err == nil {
		folders = append(folders, filepath.Dir(program))
	}
	return folders, nil
}
